import { expect, type Locator, type Page } from "@playwright/test";

import type { Texts } from "../support/texts.ts";

/** Going to a room or a person by name. */
export class GoToDialog {
  readonly dialog: Locator;
  readonly field: Locator;
  readonly options: Locator;
  readonly chosen: Locator;
  readonly #page: Page;

  constructor(page: Page, texts: Texts) {
    this.#page = page;
    this.dialog = page.getByRole("dialog", { name: texts.goTo, exact: true });
    this.field = this.dialog.getByRole("combobox", { name: texts.goal });
    this.options = this.dialog.getByRole("option");
    this.chosen = this.dialog.getByRole("option", { selected: true });
  }

  async open(): Promise<void> {
    await this.#page.keyboard.press("Control+k");
    await expect(this.field).toBeFocused();
  }

  /** The names that are offered, the best first. */
  get names(): Locator {
    return this.options.locator(".goal-name");
  }

  /** What is chosen is what the field says is active. */
  async toHaveChosen(name: string): Promise<void> {
    await expect(this.chosen.locator(".goal-name")).toHaveText(name);
    const id = await this.chosen.getAttribute("id");
    await expect(this.field).toHaveAttribute("aria-activedescendant", id!);
  }
}

/** Searching messages. */
export class SearchDialog {
  readonly dialog: Locator;
  readonly field: Locator;
  readonly hits: Locator;
  readonly said: Locator;
  readonly #page: Page;

  constructor(page: Page, texts: Texts) {
    this.#page = page;
    this.dialog = page.getByRole("dialog", { name: texts.search, exact: true });
    this.field = this.dialog.getByRole("searchbox", { name: texts.sought });
    this.hits = this.dialog.getByRole("list", { name: texts.hits }).getByRole("link");
    this.said = this.dialog.getByRole("status");
  }

  async open(): Promise<void> {
    await this.#page.keyboard.press("Control+Shift+f");
    await expect(this.field).toBeFocused();
  }

  /** What the hits say. */
  get texts(): Locator {
    return this.hits.locator(".hit-text");
  }

  /** What is marked in them. */
  get marks(): Locator {
    return this.hits.locator("mark");
  }

  /** Types a search and sends it off. */
  async seek(sought: string): Promise<void> {
    await this.field.fill(sought);
    await this.field.press("Enter");
  }
}
