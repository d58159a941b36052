import { once } from "node:events";

import WebSocket from "ws";

import type { Maru } from "./maru.ts";

/** The oldest chat client there is: bare text up, bare text down. */
export class PlainClient {
  /** What was heard so far. */
  readonly heard: string[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (text: Buffer) => this.heard.push(text.toString()));
  }

  static async connect(maru: Maru): Promise<PlainClient> {
    const client = new PlainClient(new WebSocket(`ws://127.0.0.1:${maru.port}/`));
    await once(client.#socket, "open");
    return client;
  }

  say(text: string): void {
    this.#socket.send(text);
  }

  async leave(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    await once(this.#socket, "close");
  }
}
