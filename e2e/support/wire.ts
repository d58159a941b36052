/** The part of the wire protocol (`docs/protocol.md`) that the tests speak themselves. */

export const LOBBY = "00000000-0000-0000-0000-000000000001";

export interface Member {
  readonly id: string;
  readonly name: string;
}

export interface Room {
  readonly id: string;
  readonly name: string;
}

export interface RoomEvent {
  readonly room: string;
  readonly seq: number;
  readonly at: number;
  readonly by: Member;
  readonly what: "joined" | { readonly made: { readonly name: string } } | { readonly posted: Posted };
}

export interface Posted {
  readonly draft: string;
  readonly text: string;
}

export interface Page {
  readonly events: readonly RoomEvent[];
  readonly head: number;
}

export type Command =
  | { readonly hello: object }
  | { readonly post: { readonly room: string; readonly draft: string; readonly text: string } }
  | { readonly typing: { readonly room: string } }
  | { readonly read: { readonly room: string; readonly seq: number } }
  | { readonly unread: { readonly room: string; readonly seq: number } }
  | { readonly away: boolean }
  | "ping";

export type Notice =
  | "pong"
  | { readonly welcome: { readonly you: Member; readonly rooms: readonly { readonly room: Room }[] } }
  | { readonly reset: { readonly room: Room } }
  | { readonly caught_up: { readonly room: string } }
  | { readonly event: RoomEvent }
  | { readonly refused: { readonly draft?: string; readonly why: unknown } };

/** A message as the history tells it. */
export interface Message {
  readonly seq: number;
  readonly by: string;
  readonly text: string;
}

/** The messages among some events. */
export function messages(events: readonly RoomEvent[]): Message[] {
  return events.flatMap(({ seq, by, what }) =>
    typeof what === "object" && "posted" in what ? [{ seq, by: by.name, text: what.posted.text }] : [],
  );
}
