import type { Locator } from "@playwright/test";

import { ChatPage, expect, test } from "../support/test.ts";
import { texts } from "../support/texts.ts";

/** Presses Tab (or Shift+Tab) until this has the focus, as somebody without a mouse does. */
async function tabTo(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const page = target.page();
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`60 times ${key} do not lead to ${target}`);
}

test("all of it without a mouse", async ({ browsers, client }) => {
  const sora = await client("소라");
  await sora.makeRoom("theirs");
  const door = await browsers.visit();
  const { page } = door;
  const { keyboard } = page;

  await expect(door.name, "one can type the name at once").toBeFocused();
  await keyboard.type("Minsu");
  await keyboard.press("Enter");
  const chat = new ChatPage(page, texts.en);
  await chat.toBeReady();

  await expect(chat.composer, "and the first message").toBeFocused();
  await keyboard.type("hello");
  await keyboard.press("Enter");
  await chat.toShow(["hello"]);
  await expect(chat.composer).toBeFocused();

  const newRoom = page.getByRole("button", { name: "New room" });
  await tabTo(newRoom, "Shift+Tab");
  await keyboard.press("Enter");
  await expect(chat.newRoom.name).toBeFocused();
  await keyboard.press("Escape");
  await expect(chat.newRoom.dialog).toBeHidden();
  await expect(newRoom, "the focus comes back").toBeFocused();
  await keyboard.press("Enter");
  await expect(chat.newRoom.name).toBeFocused();
  await keyboard.type("mine");
  await keyboard.press("Enter");
  await expect(chat.room("mine")).toHaveAttribute("aria-current", "page");

  await tabTo(chat.composer);
  await keyboard.type("in my room");
  await keyboard.press("Enter");
  await chat.toShow(["in my room"]);

  await tabTo(page.getByRole("button", { name: "Browse rooms" }), "Shift+Tab");
  await keyboard.press("Enter");
  const all = page.getByRole("dialog", { name: "Browse rooms" });
  await tabTo(chat.listed(all, "theirs").getByRole("button", { name: "Join" }));
  await keyboard.press("Enter");
  await expect(all).toBeHidden();
  await expect(chat.room("theirs")).toHaveAttribute("aria-current", "page");

  await tabTo(chat.room("Lobby"), "Shift+Tab");
  await keyboard.press("Enter");
  await expect(chat.room("Lobby")).toHaveAttribute("aria-current", "page");
  await chat.toShow(["hello"]);

  await tabTo(page.getByRole("button", { name: "Settings" }));
  await keyboard.press("Enter");
  const settings = page.getByRole("dialog", { name: "Settings" });
  await expect(settings.getByRole("button", { name: "Sign out" })).toBeVisible();
  for (let presses = 0; presses < 12; presses += 1) {
    await keyboard.press("Tab");
    const outside = await page.evaluate(() => document.activeElement?.closest("dialog, [role=dialog]") === null);
    const nowhere = await page.evaluate(() => document.activeElement === document.body);
    expect(outside && !nowhere, "the focus stays in the dialog").toBe(false);
  }
  await tabTo(settings.getByRole("button", { name: "Sign out" }));
  await keyboard.press("Enter");
  const confirm = page.getByRole("button", { name: "Sign out" }).last();
  await tabTo(confirm);
  await keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Your name" })).toBeVisible();
});

test("the focus is always to be seen", async ({ browsers }) => {
  const chat = await browsers.arrive("Minsu");
  for (let presses = 0; presses < 15; presses += 1) {
    await chat.page.keyboard.press("Tab");
    const drawn = await chat.page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return true;
      for (let element: Element | null = focused; element; element = element.parentElement) {
        const { outlineStyle, boxShadow } = getComputedStyle(element);
        if (outlineStyle !== "none" || boxShadow !== "none") return true;
      }
      return focused.outerHTML;
    });
    expect(drawn).toBe(true);
  }
});

test("the message list is scrolled with keys", async ({ browsers, client }) => {
  const sora = await client("소라");
  const chat = await browsers.arrive("Minsu");
  for (let index = 0; index < 5; index += 1) await sora.post("line\n".repeat(20) + index);
  await expect(chat.articles).toHaveCount(5);
  await tabTo(chat.log, "Shift+Tab");
  await chat.page.keyboard.press("Home");
  await expect(chat.articles.first()).toBeInViewport();
  await expect(chat.jump).toBeVisible();
  await chat.page.keyboard.press("End");
  await expect(chat.jump).toBeHidden();
});
