import type { Page } from "@playwright/test";

import { ChatPage, expect, test } from "../support/test.ts";
import { texts } from "../support/texts.ts";

test.describe("language", () => {
  test("is the browser's, can be changed at once, and is kept", async ({ browsers }) => {
    const inKorean = await browsers.arrive("민수", { language: "ko" });
    await expect(inKorean.page.locator("html")).toHaveAttribute("lang", "ko");
    await expect(inKorean.room("로비")).toBeVisible();
    await inKorean.write("바꿔 봅시다");

    const settings = await inKorean.settings();
    await settings.getByRole("radio", { name: "English" }).check();
    const inEnglish = new ChatPage(inKorean.page, texts.en);
    await expect(inEnglish.room("Lobby")).toBeVisible();
    await expect(inEnglish.page.locator("html")).toHaveAttribute("lang", "en");
    await inEnglish.page.keyboard.press("Escape");
    await inEnglish.toShow(["바꿔 봅시다"]);

    await inEnglish.reload();
    await expect(inEnglish.room("Lobby")).toBeVisible();
    const again = await inEnglish.settings();
    await again.getByRole("radiogroup", { name: "Language" }).or(again.getByRole("group", { name: "Language" })).getByRole("radio").last().check();
    await expect(inKorean.room("로비")).toBeVisible();
  });

  test("is English where the browser asks for neither", async ({ browsers }) => {
    const context = await browsers.context({ locale: "de-DE" });
    const page = await context.newPage();
    await page.goto("/");
    await expect(page.getByRole("textbox", { name: "Your name" })).toBeVisible();
  });
});

test.describe("light and dark", () => {
  const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  test("are the system's, change with it, and by choice", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수", { colorScheme: "light" });
    const light = await ground(minsu.page);
    await minsu.page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => ground(minsu.page)).not.toBe(light);
    const dark = await ground(minsu.page);

    const settings = await minsu.settings();
    await settings.getByRole("radio", { name: "Light" }).check();
    await expect(minsu.page.locator("html")).toHaveAttribute("data-theme", "light");
    await expect.poll(() => ground(minsu.page)).toBe(light);
    await settings.getByRole("radio", { name: "Dark" }).check();
    await expect(minsu.page.locator("html")).toHaveAttribute("data-theme", "dark");
    await minsu.page.emulateMedia({ colorScheme: "light" });
    await expect.poll(() => ground(minsu.page)).toBe(dark);
    await settings.getByRole("radio", { name: "System" }).check();
    await expect(minsu.page.locator("html")).not.toHaveAttribute("data-theme");
    await expect.poll(() => ground(minsu.page)).toBe(light);
  });

  test("the chosen one is there before the first paint", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수", { colorScheme: "light" });
    const settings = await minsu.settings();
    await settings.getByRole("radio", { name: "Dark" }).check();
    await expect(minsu.page.locator("html")).toHaveAttribute("data-theme", "dark");

    await minsu.page.addInitScript(() => {
      const themed = new Promise<number>((resolve) => {
        const look = () => {
          if (document.documentElement?.dataset["theme"] === "dark") resolve(performance.now());
        };
        new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
      });
      const painted = new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries()[0]!.startTime)).observe({ type: "paint", buffered: true });
      });
      Object.assign(window, { flash: Promise.all([themed, painted]) });
    });
    await minsu.reload();
    const [themed, painted] = await minsu.page.evaluate(() => (window as unknown as { flash: Promise<[number, number]> }).flash);
    expect(themed).toBeLessThanOrEqual(painted);
  });
});
