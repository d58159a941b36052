import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../..");
const binary = resolve(process.env["MARU_BIN"] ?? join(root, "target/release/maru"));
const dist = resolve(process.env["MARU_DIST"] ?? join(root, "dist"));

/** The release server with the built frontend, on a port and a data directory of its own. */
export class Maru {
  readonly #flags: readonly string[];
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #port = 0;
  #log = "";
  #ownerLink: Promise<string> | undefined;

  private constructor(folder: string, flags: readonly string[]) {
    this.#folder = folder;
    this.#flags = flags;
  }

  /** Starts a server with nothing in it. */
  static async start(flags: readonly string[]): Promise<Maru> {
    const maru = new Maru(await mkdtemp(join(tmpdir(), "maru-e2e-")), flags);
    await maru.start();
    return maru;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The path of the link by which one becomes the owner, as the first start prints it. */
  async ownerLink(): Promise<string> {
    const link = await this.#ownerLink;
    if (!link) throw new Error("the server was not started");
    return link.slice(link.indexOf("/join#"));
  }

  /** What the server wrote to its log since it was first started. */
  get log(): string {
    return this.#log;
  }

  /** Starts the server (again): same port, same data. */
  async start(): Promise<void> {
    const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("MARU_"));
    const server = spawn(
      binary,
      ["--listen", `127.0.0.1:${this.#port}`, "--data", this.#folder, "--dist", dist, ...this.#flags],
      { env: Object.fromEntries(environment), stdio: ["ignore", "pipe", "pipe"] },
    );
    this.#process = server;
    server.stderr.on("data", (text: Buffer) => (this.#log += text.toString()));
    const lines = createInterface(server.stdout);
    this.#ownerLink = new Promise((found) => {
      lines.on("line", (line) => {
        if (line.includes("/join#")) found(line);
      });
    });
    this.#port = await new Promise<number>((found, failed) => {
      server.once("error", failed);
      server.once("exit", (code, signal) => failed(new Error(`the server ended: ${code ?? signal}\n${this.#log}`)));
      lines.on("line", (line) => {
        const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
        if (port) found(Number(port));
      });
    });
  }

  /** Asks the server to end, and waits until it has. */
  async stop(): Promise<void> {
    const code = await this.#end("SIGTERM");
    if (code !== 0) throw new Error(`the server did not stop well: ${code}\n${this.#log}`);
  }

  /** Takes the server's life as a crash or an operator in a hurry does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends the server, if it lives, and forgets everything. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    const server = this.#process;
    this.#process = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return server?.exitCode ?? null;
    const exit = once(server, "exit");
    server.kill(signal);
    const [code] = (await exit) as [number | null];
    return code;
  }
}
