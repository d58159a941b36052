import { randomUUID } from "node:crypto";
import { once } from "node:events";

import WebSocket from "ws";

import type { Maru } from "./maru.ts";
import { LOBBY } from "./wire.ts";
import { text } from "./talk.ts";

/** The server's limits for a crowd. What waits for one of its members may be much, as all of them are this one process. */
export const CROWDED = [
  ...["--posts-per-second", "100000", "--posts-burst", "1000000"],
  ...["--outbox-bytes", "268435456", "--sign-ins-per-minute", "100000"],
] as const;

const ACCEPTED = '"posted"';

/** Members without a browser who write into the lobby, and only count what they hear. */
export class Crowd {
  readonly #sockets: readonly WebSocket[];
  #heard = 0;
  #written = 0;
  #refused: string | undefined;

  private constructor(sockets: readonly WebSocket[]) {
    this.#sockets = sockets;
    // All of them hear the same: one counts.
    sockets[0]!.on("message", (frame: Buffer) => {
      if (frame.includes(ACCEPTED)) this.#heard += 1;
    });
    for (const socket of sockets) {
      socket.on("message", (frame: Buffer) => {
        if (frame.length < 200 && frame.includes('"refused"')) this.#refused = frame.toString();
      });
    }
  }

  /** So many members come in. */
  static async gather(maru: Maru, names: readonly string[]): Promise<Crowd> {
    return new Crowd(await Promise.all(names.map((name) => arrive(maru, name))));
  }

  /** Writes so many messages as fast as they are taken, and waits until all of them are messages. */
  async fill(count: number): Promise<void> {
    const end = this.#written + count;
    while (this.#written < end) {
      const some = Math.min(2_000, end - this.#written);
      for (let index = 0; index < some; index += 1) this.#write();
      await this.#heardAll();
    }
  }

  /** Writes so many messages a second for so many seconds, spread evenly, and waits until all of them are messages. */
  async stream(rate: number, seconds: number): Promise<number> {
    const start = performance.now();
    let written = 0;
    while (written < rate * seconds) {
      const due = Math.min(rate * seconds, Math.floor(((performance.now() - start) / 1_000) * rate));
      for (; written < due; written += 1) this.#write();
      await new Promise((next) => setTimeout(next, 4));
    }
    const took = (performance.now() - start) / 1_000;
    await this.#heardAll();
    return written / took;
  }

  async leave(): Promise<void> {
    await Promise.all(
      this.#sockets.map(async (socket) => {
        socket.close();
        await once(socket, "close");
      }),
    );
  }

  #write(): void {
    // A stretch of one person, then one of another: as people talk.
    const socket = this.#sockets[Math.floor(this.#written / 3) % this.#sockets.length]!;
    const post = { room: LOBBY, draft: randomUUID(), text: text(this.#written) };
    socket.send(JSON.stringify({ post }));
    this.#written += 1;
  }

  async #heardAll(): Promise<void> {
    while (this.#heard < this.#written) {
      if (this.#refused) throw new Error(this.#refused);
      await once(this.#sockets[0]!, "message");
    }
  }
}

async function arrive(maru: Maru, name: string): Promise<WebSocket> {
  const answer = await fetch(`${maru.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ draft: randomUUID(), name }),
  });
  if (answer.status !== 201) throw new Error(`${name} cannot come in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const socket = new WebSocket(`ws://127.0.0.1:${maru.port}/ws`, "maru.v1", { headers: { cookie } });
  await once(socket, "open");
  const caughtUp = new Promise<void>((come) => {
    const hear = (frame: Buffer) => {
      if (!frame.includes('"caught_up"')) return;
      socket.off("message", hear);
      come();
    };
    socket.on("message", hear);
  });
  socket.send(JSON.stringify({ hello: {} }));
  await caughtUp;
  return socket;
}
