import type { CDPSession, Page } from "@playwright/test";

const FIRST_SYLLABLE = "가".codePointAt(0)!;
const LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

/** What the key's own event says while a text is composed. */
const PROCESSED = { key: "Process", windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 } as const;

const ENTER = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, nativeVirtualKeyCode: 13 } as const;
const SHIFT = 8;

/** An input method, played through the DevTools protocol: the page gets the same events as from a real one. */
export class InputMethod {
  readonly #devtools: CDPSession;

  private constructor(devtools: CDPSession) {
    this.#devtools = devtools;
  }

  static async of(page: Page): Promise<InputMethod> {
    return new InputMethod(await page.context().newCDPSession(page));
  }

  /**
   * Types Hangul as on a two-set keyboard, key by key. The last syllable stays in composition. A consonant that
   * begins a syllable sits for one key at the end of the one before, where that has room for it.
   */
  async typeHangul(text: string): Promise<void> {
    let before = "";
    for (const syllable of text) {
      const [start, ...grown] = growth(syllable);
      const borrowed = before && withTail(before, start!);
      const forms = borrowed ? grown : [start!, ...grown];
      if (borrowed) await this.#compose(borrowed);
      for (const [index, form] of forms.entries()) await this.#compose(form, index === 0 ? before : "");
      before = syllable;
    }
  }

  /** Shows a text as being composed, as kana on their way to Han characters are. */
  async compose(text: string): Promise<void> {
    for (let end = 1; end <= text.length; end += 1) await this.#compose(text.slice(0, end));
  }

  /** One key: ends the composition with `done`, if there is anything, and then shows `form` as composed. */
  async form(form: string, done = ""): Promise<void> {
    await this.#compose(form, done);
  }

  /** Arrow down while `last` is composed: the input method takes the key and ends the composition with it. */
  async arrowDown(last: string): Promise<void> {
    await this.processed("ArrowDown");
    await this.commit(last);
    const key = { key: "ArrowDown", code: "ArrowDown", windowsVirtualKeyCode: 40, nativeVirtualKeyCode: 40 };
    await this.#devtools.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  }

  /** A key that the input method takes. */
  async processed(code: string, modifiers = 0): Promise<void> {
    await this.#devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", code, modifiers, ...PROCESSED });
  }

  /** Ends the composition with this text. */
  async commit(text: string): Promise<void> {
    await this.#devtools.send("Input.insertText", { text });
  }

  /** Enter while `last` is composed: the input method takes the key and ends the composition with it. */
  async enter(last: string): Promise<void> {
    await this.#processedEnterDown();
    await this.commit(last);
    await this.#enterUp();
  }

  /** As {@link enter}, in browsers that then tell the page of the Enter a second time, as a plain one. */
  async enterToldTwice(last: string): Promise<void> {
    await this.#processedEnterDown();
    await this.commit(last);
    await this.#plainEnterDown();
    await this.#enterUp();
  }

  /** As {@link enter}, in Safari's order: the composition has ended when the page hears of the key. */
  async enterAfterTheEnd(last: string): Promise<void> {
    await this.commit(last);
    await this.#processedEnterDown();
    await this.#enterUp();
  }

  /** Shift+Enter while `last` is composed, in browsers that then tell the page of it a second time. */
  async shiftEnter(last: string): Promise<void> {
    await this.#processedEnterDown(SHIFT);
    await this.commit(last);
    await this.#plainEnterDown(SHIFT);
    await this.#enterUp(SHIFT);
  }

  async #processedEnterDown(modifiers = 0): Promise<void> {
    await this.processed("Enter", modifiers);
  }

  async #enterUp(modifiers = 0): Promise<void> {
    await this.#devtools.send("Input.dispatchKeyEvent", { type: "keyUp", modifiers, ...ENTER });
  }

  async #plainEnterDown(modifiers = 0): Promise<void> {
    await this.#devtools.send("Input.dispatchKeyEvent", { type: "keyDown", text: "\r", modifiers, ...ENTER });
  }

  /** One key: ends the composition with `done`, if there is anything, and then shows `form` as composed. */
  async #compose(form: string, done = ""): Promise<void> {
    await this.#devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", code: "KeyA", ...PROCESSED });
    if (done) await this.commit(done);
    await this.#devtools.send("Input.imeSetComposition", {
      text: form,
      selectionStart: form.length,
      selectionEnd: form.length,
    });
    const key = { key: "a", code: "KeyA", windowsVirtualKeyCode: 65, nativeVirtualKeyCode: 65 };
    await this.#devtools.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  }
}

/** The forms through which a syllable grows: 안 is ㅇ, 아, 안. */
function growth(syllable: string): string[] {
  const index = syllable.codePointAt(0)! - FIRST_SYLLABLE;
  const tail = index % TAILS.length;
  const lead = LEADS[Math.floor(index / (21 * TAILS.length))]!;
  const open = String.fromCodePoint(FIRST_SYLLABLE + index - tail);
  return tail === 0 ? [lead, open] : [lead, open, syllable];
}

/** The syllable with this consonant at its end, if it has none yet and can have it. */
function withTail(syllable: string, consonant: string): string | undefined {
  const index = syllable.codePointAt(0)! - FIRST_SYLLABLE;
  const tail = TAILS.indexOf(consonant);
  return index % TAILS.length === 0 && tail > 0 ? String.fromCodePoint(FIRST_SYLLABLE + index + tail) : undefined;
}
