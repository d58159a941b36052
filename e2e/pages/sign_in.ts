import { expect, type Locator, type Page } from "@playwright/test";

import type { Texts } from "../support/texts.ts";
import { ChatPage } from "./chat.ts";

/** The door. */
export class SignInPage {
  readonly page: Page;
  readonly texts: Texts;
  readonly name: Locator;
  readonly password: Locator;
  readonly newPassword: Locator;
  readonly button: Locator;
  readonly withPasskey: Locator;
  readonly refusal: Locator;

  constructor(page: Page, texts: Texts) {
    this.page = page;
    this.texts = texts;
    this.name = page.getByRole("textbox", { name: texts.name });
    this.password = page.getByLabel(texts.password, { exact: true });
    this.newPassword = page.getByLabel(texts.newPassword, { exact: true });
    this.button = page.getByRole("button", { name: texts.comeIn, exact: true });
    this.withPasskey = page.getByRole("button", { name: texts.withPasskey, exact: true });
    this.refusal = page.getByRole("alert");
  }

  async open(path = "/"): Promise<void> {
    await this.page.goto(path);
    await expect(this.name).toBeVisible();
  }

  /** Types a name and asks to come in, whatever the answer. */
  async ask(name: string): Promise<void> {
    await this.name.fill(name);
    await this.button.click();
  }

  /** Comes in by a link as somebody new. */
  async comeBy(link: string, name: string, password: string): Promise<ChatPage> {
    await this.page.goto(link);
    await this.newPassword.fill(password);
    return this.comeIn(name);
  }

  /** Asks to come in with an account, whatever the answer. */
  async askWithAccount(name: string, password: string): Promise<void> {
    await this.password.fill(password);
    await this.ask(name);
  }

  async comeIn(name: string): Promise<ChatPage> {
    await this.ask(name);
    const chat = new ChatPage(this.page, this.texts);
    await chat.toBeReady();
    return chat;
  }
}
