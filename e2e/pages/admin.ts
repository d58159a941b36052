import { expect, type Locator } from "@playwright/test";

import type { ChatPage } from "./chat.ts";

/** Where order is kept: a dialog with a tab for members, invitations, rooms, the log and the access. */
export class AdminPage {
  readonly chat: ChatPage;
  readonly button: Locator;
  readonly dialog: Locator;
  readonly tabs: Locator;
  readonly panel: Locator;
  readonly alert: Locator;

  constructor(chat: ChatPage) {
    this.chat = chat;
    this.button = chat.page.getByRole("button", { name: chat.texts.admin, exact: true });
    this.dialog = chat.page.getByRole("dialog", { name: chat.texts.admin });
    this.tabs = this.dialog.getByRole("tab");
    this.panel = this.dialog.getByRole("tabpanel");
    this.alert = this.dialog.getByRole("alert");
  }

  /** Opens it, with the members in it. */
  async open(): Promise<void> {
    await this.button.click();
    await expect(this.panel.getByRole("listitem").first()).toBeVisible();
  }

  async close(): Promise<void> {
    await this.chat.page.keyboard.press("Escape");
    await expect(this.dialog).toBeHidden();
  }

  async turnTo(tab: string): Promise<void> {
    await this.dialog.getByRole("tab", { name: tab, exact: true }).click();
    await expect(this.dialog.getByRole("tabpanel", { name: tab, exact: true })).toBeVisible();
  }

  /** A row of the list that is shown. */
  row(name: string): Locator {
    return this.panel.getByRole("listitem").filter({ hasText: name });
  }

  /** Unfolds a row. */
  async unfold(name: string): Promise<Locator> {
    const row = this.row(name);
    await row.getByRole("button", { name, expanded: false }).click();
    await expect(row.getByRole("button", { name, expanded: true })).toBeVisible();
    return row;
  }
}
