import type { ChatPage } from "../pages/chat.ts";

/** What a walk through a room met. */
export interface Walk {
  /** The most messages and the most elements that were in the message list at once. */
  readonly messages: number;
  readonly elements: number;
  /** How many messages were in it in all. */
  readonly seen: number;
}

/** Scrolls, a screen a frame or as soon as there is more, until the message of this position is in the document. */
export async function walk(chat: ChatPage, to: number): Promise<Walk> {
  return chat.log.evaluate(async (log, to) => {
    const seen = new Set<number>();
    const met = { messages: 0, elements: 0 };
    for (;;) {
      const rows = [...log.querySelectorAll<HTMLElement>("article[data-seq]")].map((row) => Number(row.dataset["seq"]));
      rows.forEach((seq) => seen.add(seq));
      met.messages = Math.max(met.messages, rows.length);
      met.elements = Math.max(met.elements, log.querySelectorAll("*").length);
      if (rows.includes(to)) return { ...met, seen: seen.size };
      log.scrollTop += (to < (rows[0] ?? Infinity) ? -1 : 1) * log.clientHeight;
      await new Promise(requestAnimationFrame);
    }
  }, to);
}
