import { randomUUID } from "node:crypto";
import { once } from "node:events";

import WebSocket from "ws";

import type { Maru } from "./maru.ts";
import { type Command, LOBBY, type Message, messages, type Notice, type Page, type Room, type RoomEvent } from "./wire.ts";

/** A member without a browser: whoever else is in the room, and the eye that reads the history over HTTP. */
export class Client {
  readonly #maru: Maru;
  readonly #cookie: string;
  readonly #answers = new Map<string, (event: RoomEvent) => void>();
  readonly #caughtUp = new Set<string>();
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];
  #broken: Error | undefined;

  private constructor(maru: Maru, cookie: string) {
    this.#maru = maru;
    this.#cookie = cookie;
    this.#socket = new WebSocket(`ws://127.0.0.1:${maru.port}/ws`, "maru.v1", { headers: { cookie } });
    this.#socket.on("message", (frame: Buffer) => this.#hear(JSON.parse(frame.toString()) as Notice));
    this.#socket.on("error", (error) => (this.#broken = error));
  }

  /** Signs in, connects, and has caught up in the lobby. */
  static async arrive(maru: Maru, name: string): Promise<Client> {
    const answer = await fetch(`${maru.url}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ draft: randomUUID(), name }),
    });
    if (answer.status !== 201) throw new Error(`${name} cannot come in: ${answer.status} ${await answer.text()}`);
    return Client.again(maru, answer.headers.getSetCookie().map((one) => one.split(";")[0]).join("; "));
  }

  /** Connects in a session that there is already, and has caught up in the lobby. */
  static async again(maru: Maru, cookie: string): Promise<Client> {
    const client = new Client(maru, cookie);
    await once(client.#socket, "open");
    client.#say({ hello: {} });
    await client.#until(() => client.#caughtUp.has(LOBBY));
    return client;
  }

  /** Posts, and waits until it is a message. */
  async post(text: string, room = LOBBY): Promise<RoomEvent> {
    const [event] = await this.postAll([text], room);
    return event!;
  }

  /** Posts one after the other without waiting between them, then waits until all are messages. */
  async postAll(texts: readonly string[], room = LOBBY): Promise<RoomEvent[]> {
    return Promise.all(
      texts.map((text) => {
        const draft = randomUUID();
        const answered = new Promise<RoomEvent>((resolve) => this.#answers.set(draft, resolve));
        this.#say({ post: { room, draft, text } });
        return answered;
      }),
    );
  }

  typing(room = LOBBY): void {
    this.#say({ typing: { room } });
  }

  /** Says up to where it has read. */
  read(seq: number, room = LOBBY): void {
    this.#say({ read: { room, seq } });
  }

  /** Says from where on it has not read, though it had. */
  unreadFrom(seq: number, room = LOBBY): void {
    this.#say({ unread: { room, seq } });
  }

  /** Says whether nobody has been there for a while. */
  away(away: boolean): void {
    this.#say({ away });
  }

  /** Deletes a message of its own. */
  async delete(seq: number, room = LOBBY): Promise<void> {
    await this.#ask("DELETE", `/api/rooms/${room}/messages/${seq}`);
  }

  /** Says what of a room it wants to be told. */
  async notify(notify: "all" | "mentions" | "nothing", room = LOBBY): Promise<void> {
    await this.#ask("PUT", `/api/rooms/${room}/notify`, { notify });
  }

  /** Lets others know when it was last here, or not. */
  async showSeen(shows: boolean): Promise<void> {
    await this.#ask("PUT", "/api/account/seen", { shows });
  }

  async makeRoom(name: string): Promise<Room> {
    return (await this.#ask("POST", "/api/rooms", { draft: randomUUID(), name })) as Room;
  }

  async join(room: Room): Promise<void> {
    await this.#ask("PUT", `/api/rooms/${room.id}/membership`);
  }

  /** Every message of a room from its beginning, as the server has it on its disk. */
  async history(room = LOBBY): Promise<Message[]> {
    const events: RoomEvent[] = [];
    for (;;) {
      const after = events.at(-1)?.seq ?? 0;
      const page = (await this.#ask("GET", `/api/rooms/${room}/events?after=${after}&limit=200`)) as Page;
      events.push(...page.events);
      if (page.events.length === 0 || events.at(-1)!.seq >= page.head) return messages(events);
    }
  }

  async leave(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    await once(this.#socket, "close");
  }

  #say(command: Command): void {
    this.#socket.send(JSON.stringify(command));
  }

  #hear(notice: Notice): void {
    if (typeof notice === "string") return;
    if ("caught_up" in notice) this.#caughtUp.add(notice.caught_up.room);
    if ("refused" in notice) this.#broken = new Error(`refused: ${JSON.stringify(notice.refused)}`);
    if ("event" in notice) {
      const { what } = notice.event;
      if (typeof what === "object" && "posted" in what) this.#answers.get(what.posted.draft)?.(notice.event);
    }
    this.#waiting.splice(0).forEach((look) => look());
  }

  async #until(come: () => boolean): Promise<void> {
    while (!come()) {
      if (this.#broken) throw this.#broken;
      await new Promise<void>((heard) => this.#waiting.push(heard));
    }
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.#maru.url + path, {
      method,
      headers: { cookie: this.#cookie, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : await answer.json();
  }
}
