import { expect, type Locator, type Page } from "@playwright/test";

import type { Texts } from "../support/texts.ts";

/** The app from within: rooms, messages, composer, people. */
export class ChatPage {
  readonly page: Page;
  readonly texts: Texts;
  readonly rooms: Locator;
  readonly log: Locator;
  readonly articles: Locator;
  readonly composer: Locator;
  readonly send: Locator;
  readonly people: Locator;
  readonly connection: Locator;
  readonly typing: Locator;
  readonly unreadLine: Locator;
  readonly jump: Locator;
  readonly parted: Locator;
  readonly notices: Locator;

  constructor(page: Page, texts: Texts) {
    this.page = page;
    this.texts = texts;
    this.rooms = page.getByRole("navigation", { name: texts.rooms, exact: true });
    this.log = page.getByRole("log", { name: texts.messages, exact: true });
    this.articles = this.log.getByRole("article");
    this.composer = page.getByRole("textbox", { name: texts.message, exact: true });
    this.send = page.getByRole("button", { name: texts.send, exact: true });
    this.people = page.getByRole("complementary", { name: texts.people, exact: true });
    this.connection = page.getByTestId("connection");
    this.typing = page.getByTestId("typing");
    this.unreadLine = page.getByTestId("unread-line");
    this.parted = page.getByTestId("parted");
    this.notices = page.locator(".notice-line");
    this.jump = page.getByTestId("jump");
  }

  /** One can write and the line is up. */
  async toBeReady(): Promise<void> {
    await expect(this.composer).toBeVisible();
    await expect(this.connection).toBeHidden();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.toBeReady();
  }

  /** Types a text and presses Enter, whether or not it can be sent now. */
  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await expect(this.composer).toHaveValue("");
  }

  message(text: string): Locator {
    return this.articles.filter({ has: this.page.locator(".message-text").getByText(text, { exact: true }) });
  }

  /** The texts of the messages that are drawn, top to bottom. */
  get drawn(): Locator {
    return this.articles.locator(".message-text");
  }

  /** Those that the server has not taken yet. */
  get pending(): Locator {
    return this.log.locator('article[data-state="pending"]');
  }

  async toShow(texts: readonly string[]): Promise<void> {
    await expect(this.drawn).toHaveText([...texts]);
    await expect(this.pending).toHaveCount(0);
  }

  room(name: string): Locator {
    return this.rooms.getByRole("link", { name: new RegExp(`^${escaped(name)}`) });
  }

  /** The head of the room that is open. */
  title(room: string): Locator {
    return this.page.getByRole("heading", { level: 1, name: room, exact: true });
  }

  unread(room: string): Locator {
    return this.room(room).getByTestId("unread");
  }

  /** How often one is named in what is unread. */
  mentions(room: string): Locator {
    return this.room(room).getByTestId("mentions");
  }

  /** Who has read up to a message and no further. */
  readers(text: string): Locator {
    return this.message(text).getByTestId("readers");
  }

  async enter(room: string): Promise<void> {
    await this.room(room).click();
    await expect(this.title(room)).toBeVisible();
  }

  person(name: string): Locator {
    return this.people.getByRole("listitem").filter({ hasText: name });
  }

  get newRoom(): RoomDialog {
    return new RoomDialog(this.page, this.texts);
  }

  /** On a narrow screen: shows the rooms, if they are not there. */
  async openRooms(): Promise<void> {
    if (await this.rooms.isVisible()) return;
    await this.page.getByRole("button", { name: this.texts.rooms, exact: true }).click();
    await expect(this.rooms).toBeVisible();
  }

  /** On a narrow screen: shows the people, if they are not there. */
  async openPeople(): Promise<void> {
    if (await this.people.isVisible()) return;
    await this.page.getByRole("button", { name: this.texts.people, exact: true }).click();
    await expect(this.people).toBeVisible();
  }

  /** Chooses something from the menu of somebody in the room. */
  async withPerson(name: string, what: string): Promise<void> {
    await this.person(name).getByRole("button").click();
    await this.person(name).getByRole("group").getByRole("button", { name: what, exact: true }).click();
  }

  /** The dialog about the room that is open. */
  async about(): Promise<Locator> {
    await this.page.getByRole("button", { name: this.texts.aboutRoom, exact: true }).click();
    return this.dialog(this.texts.aboutRoom);
  }

  /** Opens the dialog of something that is done with the room that is open. */
  async withRoom(what: string): Promise<Locator> {
    const about = await this.about();
    await about.getByRole("button", { name: what, exact: true }).click();
    return this.dialog(what);
  }

  /** Chooses something from the menu of a message. */
  async withMessage(text: string, what: string): Promise<void> {
    const message = this.message(text);
    await message.hover();
    await message.getByRole("button", { name: this.texts.more, exact: true }).click();
    await message.getByRole("group").getByRole("button", { name: what, exact: true }).click();
  }

  /** The dialog that asks before a message is deleted. */
  async askToDelete(text: string): Promise<Locator> {
    await this.withMessage(text, this.texts.delete);
    return this.dialog(this.texts.deleteMessage);
  }

  /** Reacts to a message by an emoji that is at hand, from its bar. */
  async react(text: string, emoji: string): Promise<void> {
    const message = this.message(text);
    await message.hover();
    await message.getByRole("toolbar").getByRole("button", { name: emoji }).click();
  }

  /** How people reacted to a message by this emoji. */
  reaction(text: string, emoji: string): Locator {
    return this.message(text).locator(`.reactions [data-emoji="${emoji}"]`);
  }

  /** What the next message will answer. */
  get answering(): Locator {
    return this.page.locator(".answering");
  }

  /** The field in which a message is written anew. */
  get editField(): Locator {
    return this.log.getByRole("textbox", { name: this.texts.editMessage, exact: true });
  }

  /** A dialog that is open. */
  async dialog(name: string): Promise<Locator> {
    const dialog = this.page.getByRole("dialog", { name, exact: true });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** The list of everybody, opened. */
  async findPeople(): Promise<Locator> {
    await this.page.getByRole("button", { name: this.texts.findPeople, exact: true }).click();
    return this.dialog(this.texts.findPeople);
  }

  /** Chooses these in a list of everybody, and goes on by its button. */
  async choose(dialog: Locator, names: readonly string[], goOn: string): Promise<void> {
    for (const name of names) await dialog.getByRole("checkbox", { name: new RegExp(`^${escaped(name)}`) }).check();
    await dialog.getByRole("button", { name: goOn, exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** The list of all rooms, opened. */
  async browse(): Promise<Locator> {
    await this.page.getByRole("button", { name: this.texts.browseRooms }).click();
    const dialog = this.page.getByRole("dialog", { name: this.texts.browseRooms });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** The row of one room among all rooms. */
  listed(dialog: Locator, room: string): Locator {
    return dialog.getByRole("listitem").filter({ hasText: room });
  }

  /** Joins a room that somebody else made, and sees it. */
  async join(room: string): Promise<void> {
    const all = await this.browse();
    await this.listed(all, room).getByRole("button", { name: this.texts.join }).click();
    await expect(all).toBeHidden();
    await expect(this.title(room)).toBeVisible();
  }

  /** The settings, opened, when the annex shows what is in them. */
  async settings(): Promise<Locator> {
    await this.page.getByRole("button", { name: this.texts.settings }).click();
    const dialog = this.page.getByRole("dialog", { name: this.texts.settings });
    await expect(dialog.getByRole("button", { name: this.texts.signOut })).toBeVisible();
    return dialog;
  }
}

/** Making a room. */
export class RoomDialog {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly privately: Locator;
  readonly create: Locator;
  readonly refusal: Locator;
  readonly #open: Locator;

  constructor(page: Page, texts: Texts) {
    this.#open = page.getByRole("button", { name: texts.newRoom });
    this.dialog = page.getByRole("dialog", { name: texts.newRoom });
    this.name = this.dialog.getByRole("textbox", { name: texts.roomName });
    this.privately = this.dialog.getByRole("radio", { name: texts.privateRoom });
    this.create = this.dialog.getByRole("button", { name: texts.create, exact: true });
    this.refusal = this.dialog.getByRole("alert");
  }

  async open(): Promise<void> {
    await this.#open.click();
    await expect(this.name).toBeVisible();
  }

  /** Opens the dialog, types a name and asks for the room, whatever the answer. */
  async make(name: string, { isPrivate = false } = {}): Promise<void> {
    await this.open();
    await this.name.fill(name);
    if (isPrivate) await this.privately.check();
    await this.create.click();
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
