import { expect, type Page } from "@playwright/test";

/** The widths that the app is looked at: a phone, a tablet, a desktop. */
export const VIEWPORTS = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
] as const;

/** Nothing sticks out: the page cannot be scrolled sideways, and nor can the message list or anything in it but blocks of code. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(() =>
    [document.documentElement, document.body, ...document.querySelectorAll('[role="log"], [role="log"] *')]
      .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowX) || element === document.documentElement)
      .filter((element) => !element.matches(".code-block > pre"))
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => `${element.tagName}.${element.className}: ${element.scrollWidth} in ${element.clientWidth}`),
  );
  expect(wide).toEqual([]);
  expect(await page.evaluate(() => window.innerWidth)).toBe(page.viewportSize()!.width);
}
