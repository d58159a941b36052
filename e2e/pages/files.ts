import { expect, type Locator, type Page } from "@playwright/test";

import type { GivenFile } from "../support/files.ts";
import type { ChatPage } from "./chat.ts";

/** The files that are to come with the next message, and those that came with one. */
export class FilesPage {
  readonly chat: ChatPage;
  readonly page: Page;
  readonly tray: Locator;
  readonly cards: Locator;
  readonly note: Locator;

  constructor(chat: ChatPage) {
    this.chat = chat;
    this.page = chat.page;
    this.tray = chat.page.getByRole("list", { name: chat.texts.filesToAttach, exact: true });
    this.cards = this.tray.getByRole("listitem");
    this.note = chat.page.locator(".tray-note");
  }

  /** Chooses files by the button with the paperclip. */
  async choose(...files: GivenFile[]): Promise<void> {
    const choice = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: this.chat.texts.attach, exact: true }).click();
    await (await choice).setFiles([...files]);
  }

  /** Pastes files, as a browser tells of it, with whatever texts come with them. */
  async paste(files: readonly GivenFile[], texts: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#transfer(this.chat.composer, "paste", files, texts);
  }

  /** Drags files over the conversation, and lets go of them if so wished. */
  async drag(files: readonly GivenFile[], event: "dragover" | "drop"): Promise<void> {
    await this.#transfer(this.chat.log, event, files, {});
  }

  /** The card of a file. */
  card(name: string): Locator {
    return this.cards.filter({ hasText: name });
  }

  /** A button on the card of a file. */
  button(what: string, name: string): Locator {
    return this.tray.getByRole("button", { name: `${what}: ${name}`, exact: true });
  }

  /** All files are there. */
  async toBeWhole(...names: readonly string[]): Promise<void> {
    await expect(this.cards).toHaveCount(names.length);
    for (const name of names) await expect(this.card(name)).toHaveAttribute("data-stage", "whole");
  }

  /** A picture in the messages. */
  picture(name: string): Locator {
    return this.chat.log.getByRole("button", { name: `${this.chat.texts.enlarge}: ${name}`, exact: true });
  }

  /** A file in the messages. */
  link(name: string): Locator {
    return this.chat.log.getByRole("link", { name: `${this.chat.texts.download} ${name}` });
  }

  async #transfer(on: Locator, event: string, files: readonly GivenFile[], texts: Readonly<Record<string, string>>): Promise<void> {
    const told = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") }));
    await on.evaluate(
      (element, { event, told, texts }) => {
        const transfer = new DataTransfer();
        for (const { name, mimeType, base64 } of told) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type: mimeType }));
        }
        for (const [kind, text] of Object.entries(texts)) transfer.setData(kind, text);
        const options = { bubbles: true, cancelable: true };
        element.dispatchEvent(
          event === "paste"
            ? new ClipboardEvent(event, { ...options, clipboardData: transfer })
            : new DragEvent(event, { ...options, dataTransfer: transfer }),
        );
      },
      { event, told, texts },
    );
  }
}

/** The sources that an element of the page loads from, and whether its picture is there. */
export async function isDrawn(image: Locator): Promise<boolean> {
  return image.evaluate((element) => element instanceof HTMLImageElement && element.complete && element.naturalWidth > 0);
}
