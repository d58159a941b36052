import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

interface Pair {
  readonly browser: Socket;
  server: Socket | undefined;
  broken: boolean;
}

/** The network between a browser and the server, with the days when it is not well. */
export class Line {
  readonly #listener: Server;
  readonly #serverPort: () => number;
  readonly #pairs = new Set<Pair>();
  #state: "open" | "cut" | "frozen" = "open";

  private constructor(serverPort: () => number) {
    this.#serverPort = serverPort;
    this.#listener = createServer((browser) => this.#accept(browser));
  }

  /** A line to whatever listens on `serverPort` at the time. */
  static async lay(serverPort: () => number): Promise<Line> {
    const line = new Line(serverPort);
    line.#listener.listen(0, "127.0.0.1");
    await once(line.#listener, "listening");
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
  }

  /** Resets every connection, and each new one. */
  cut(): void {
    this.#state = "cut";
    for (const pair of this.#pairs) this.#drop(pair);
  }

  /** Says nothing and passes nothing: connections stay open, new ones are accepted, no byte arrives. */
  freeze(): void {
    this.#state = "frozen";
    for (const { browser, server } of this.#pairs) {
      for (const socket of [browser, server]) {
        socket?.unpipe();
        socket?.pause();
      }
    }
  }

  /** All is well again. What was held back while frozen arrives now, late as it is. */
  mend(): void {
    this.#state = "open";
    for (const pair of this.#pairs) {
      if (pair.broken) this.#drop(pair);
      else this.#join(pair);
    }
  }

  async remove(): Promise<void> {
    this.cut();
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #accept(browser: Socket): void {
    const pair: Pair = { browser, server: undefined, broken: false };
    this.#pairs.add(pair);
    this.#watch(pair, browser);
    if (this.#state === "cut") this.#drop(pair);
    else if (this.#state === "frozen") browser.pause();
    else this.#join(pair);
  }

  #join(pair: Pair): void {
    if (!pair.server) {
      pair.server = connect(this.#serverPort(), "127.0.0.1");
      this.#watch(pair, pair.server);
    }
    pair.browser.setNoDelay(true).pipe(pair.server.setNoDelay(true));
    pair.server.pipe(pair.browser);
  }

  #watch(pair: Pair, socket: Socket): void {
    socket.on("error", () => {
      pair.broken = true;
      if (this.#state !== "frozen") this.#drop(pair);
    });
    socket.on("close", () => {
      if (pair.browser.destroyed && (!pair.server || pair.server.destroyed)) this.#pairs.delete(pair);
    });
  }

  #drop(pair: Pair): void {
    this.#pairs.delete(pair);
    for (const socket of [pair.browser, pair.server]) {
      if (socket && !socket.destroyed) socket.resetAndDestroy();
    }
  }
}
