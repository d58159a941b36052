import type { ChatPage } from "../pages/chat.ts";

/** What an eye that never blinks saw in the message list. */
export interface Sight {
  /** The text of each message that was ever drawn, by seq. */
  readonly seen: ReadonlyMap<number, string>;
  /** The most messages that were drawn at once. */
  readonly most: number;
  /** Wherever the drawn messages were out of order, doubled, or had a hole. */
  readonly faults: readonly string[];
}

/** Watches the message list from now on, at every change. All of its messages must follow each other without a hole. */
export async function watch(chat: ChatPage): Promise<() => Promise<Sight>> {
  await chat.log.evaluate((log) => {
    const seen = new Map<number, string>();
    const sight = { seen, most: 0, faults: [] as string[] };
    const look = () => {
      let last: number | undefined;
      const rows = log.querySelectorAll<HTMLElement>("article");
      sight.most = Math.max(sight.most, rows.length);
      for (const row of rows) {
        if (row.dataset["seq"] === undefined) continue;
        const seq = Number(row.dataset["seq"]);
        const text = row.querySelector(".message-text")?.textContent ?? "";
        if (last !== undefined && seq !== last + 1) sight.faults.push(`${seq} drawn after ${last}`);
        if ((seen.get(seq) ?? text) !== text) sight.faults.push(`${seq} changed its text`);
        seen.set(seq, text);
        last = seq;
      }
    };
    look();
    new MutationObserver(look).observe(log, { subtree: true, childList: true, attributes: true, characterData: true });
    Object.assign(window, { sight });
  });
  return async () => {
    const { seen, most, faults } = await chat.page.evaluate(() => {
      const { seen, most, faults } = (window as unknown as { sight: { seen: Map<number, string>; most: number; faults: string[] } }).sight;
      return { seen: [...seen], most, faults };
    });
    return { seen: new Map(seen), most, faults };
  };
}

/** What scrolling through the message list was like. */
export interface Walk {
  /** How many steps it took. */
  readonly steps: number;
  /** Wherever a row was painted two CSS pixels or more from where it was a frame before. */
  readonly jumps: readonly string[];
  /** How many painted frames showed no message at all. */
  readonly blank: number;
}

/**
 * Scrolls from wherever one is to the message with this seq, a part of a screen a step. In every painted frame it looks
 * where the row in the middle of the view is: between two steps it must not move.
 */
export async function scrollTo(chat: ChatPage, seq: number): Promise<Walk> {
  return chat.log.evaluate(async (log, seq) => {
    const rows = () => [...log.querySelectorAll<HTMLElement>("article[data-seq]")];
    const seqOf = (row: HTMLElement) => Number(row.dataset["seq"]);
    const topOf = (row: HTMLElement) => row.getBoundingClientRect().top;
    const middle = () => {
      const view = log.getBoundingClientRect();
      const at = view.top + view.height / 2;
      return rows().find((row) => row.getBoundingClientRect().bottom >= at && topOf(row) < view.bottom);
    };
    const scroller = (() => {
      let one: Element = log;
      while (one.parentElement && !/auto|scroll/.test(getComputedStyle(one).overflowY)) one = one.parentElement;
      return one;
    })();

    // A size observer is told after layout and before paint: what it measures is what is painted.
    const pulse = document.createElement("div");
    Object.assign(pulse.style, { position: "fixed", top: "0", left: "0", height: "1px", pointerEvents: "none" });
    document.body.append(pulse);
    let painted = () => {};
    let width = 1;
    const observer = new ResizeObserver(() => painted());
    observer.observe(pulse);
    const frame = () =>
      new Promise<void>((resolve) => {
        painted = resolve;
        requestAnimationFrame(() => (pulse.style.width = `${(width = 3 - width)}px`));
      });

    const walk = { steps: 0, jumps: [] as string[], blank: 0 };
    await frame();
    for (;;) {
      const drawn = rows().map(seqOf);
      if (drawn.includes(seq)) break;
      const upwards = seq < (drawn[0] ?? Infinity);
      const before = scroller.scrollTop;
      const step = scroller.clientHeight * 0.6;
      scroller.scrollTop = before + (upwards ? -step : step);
      if (scroller.scrollTop !== before) walk.steps += 1;
      let anchor = middle();
      let top = anchor && topOf(anchor);
      // Some frames for whatever the step sets in motion; at an end of what is loaded, until more is there.
      for (let frames = 0; frames < 4 || scroller.scrollTop === before; frames += 1) {
        await frame();
        if (!anchor?.isConnected || top === undefined) {
          if (!middle()) walk.blank += 1;
          anchor = middle();
          top = anchor && topOf(anchor);
          continue;
        }
        const moved = topOf(anchor) - top;
        if (Math.abs(moved) >= 2) {
          walk.jumps.push(`${seqOf(anchor)} by ${moved} px, as the first message changed from ${drawn[0]} to ${rows().map(seqOf)[0]}`);
          top += moved;
        }
        const now = rows().map(seqOf);
        if (now.includes(seq) || now[0] !== drawn[0] || now.at(-1) !== drawn.at(-1)) {
          if (frames >= 4) break;
        }
      }
    }
    observer.disconnect();
    pulse.remove();
    return walk;
  }, seq);
}
