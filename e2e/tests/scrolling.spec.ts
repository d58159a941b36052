import type { Route } from "@playwright/test";

import { scrollTo, watch } from "../support/reading.ts";
import { expect, test, UNHURRIED } from "../support/test.ts";

test.use({ flags: UNHURRIED });

/** Messages as they are: most of them short, some of them long, some of several lines. */
function talk(count: number): string[] {
  const long = "긴 이야기는 여러 줄을 차지합니다. A long story takes several lines. ";
  return Array.from({ length: count }, (_, index) => {
    if (index % 7 === 0) return `${index}: ${long.repeat(1 + (index % 5))}`;
    if (index % 11 === 0) return `${index}\nin\nfour\nlines`;
    return `${index}: short`;
  });
}

test("2,000 messages of history scroll: to the very top without a jump, and back", async ({ browsers, client }) => {
  test.slow();
  const sora = await client("소라");
  const events = await sora.postAll(talk(2000));
  const minsu = await browsers.arrive("민수");
  const newest = minsu.log.locator(`article[data-seq="${events.at(-1)!.seq}"]`);
  await expect(newest).toBeInViewport();

  const sight = await watch(minsu);
  const up = await scrollTo(minsu, events[0]!.seq);
  const { seen, most, faults } = await sight();
  expect(faults).toEqual([]);
  expect(most).toBeLessThanOrEqual(400);
  expect(events.filter(({ seq }) => !seen.has(seq))).toEqual([]);
  expect(up.jumps).toEqual([]);
  expect(up.blank).toBe(0);

  await minsu.jump.click();
  await expect(newest).toBeInViewport();
  await expect(minsu.jump).toBeHidden();
  await minsu.write("and on it goes");
  await expect(minsu.message("and on it goes")).toBeInViewport();
});

test("scrolled up, a new message moves nothing and waits behind a button", async ({ browsers, client }) => {
  const sora = await client("소라");
  const events = await sora.postAll(talk(120));
  const minsu = await browsers.arrive("민수");
  const row = minsu.log.locator(`article[data-seq="${events.at(-40)!.seq}"]`);
  await scrollTo(minsu, events.at(-40)!.seq);
  await row.scrollIntoViewIfNeeded();
  await expect(minsu.jump).toHaveText("To the newest");

  const before = (await row.boundingBox())!;
  await sora.postAll(["one more", "two more", "three more"]);
  await expect(minsu.jump).toHaveText("3 new messages");
  const after = (await row.boundingBox())!;
  expect(Math.abs(after.y - before.y)).toBeLessThan(2);

  await minsu.jump.click();
  await expect(minsu.message("three more")).toBeInViewport();
  await expect(minsu.jump).toBeHidden();
});

test("at the bottom, the list stays at the bottom", async ({ browsers, client }) => {
  const sora = await client("소라");
  await sora.postAll(talk(60));
  const minsu = await browsers.arrive("민수");
  for (const text of ["one", "two\nof\nmany\nlines", "three ".repeat(120)]) {
    const { seq } = await sora.post(text);
    const row = minsu.log.locator(`article[data-seq="${seq}"]`);
    await expect(row).toBeInViewport({ ratio: 0.95 });
  }
  await expect(minsu.jump).toBeHidden();
});

test("one's own message leads back to the bottom", async ({ browsers, client }) => {
  const sora = await client("소라");
  const events = await sora.postAll(talk(120));
  const minsu = await browsers.arrive("민수");
  await scrollTo(minsu, events.at(-60)!.seq);
  await minsu.write("here I am");
  await expect(minsu.message("here I am")).toBeInViewport();
});

test("many messages a second in the open room: all of them, in order, few in the document", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  const sight = await watch(minsu);
  const events = await sora.postAll(talk(1000));
  const last = events.at(-1)!.seq;
  await expect(minsu.log.locator(`article[data-seq="${last}"]`)).toBeInViewport();
  const { most, faults } = await sight();
  expect(faults).toEqual([]);
  expect(most).toBeLessThanOrEqual(400);
});

test("to the newest from far below it, while somebody goes on writing", async ({ browsers, client }) => {
  test.slow();
  const sora = await client("소라");
  const events = await sora.postAll(talk(120));
  const minsu = await browsers.arrive("민수");
  await scrollTo(minsu, events[0]!.seq);
  // More than a page holds of one room: what is read stays, the newest are let go.
  const more = await sora.postAll(Array.from({ length: 2100 }, (_, index) => `more ${index}`));
  await expect(minsu.jump).toHaveText("2100 new messages");

  const answeredLate = async (route: Route) => {
    const response = await route.fetch();
    await sora.post("meanwhile");
    await expect(minsu.message("meanwhile")).toBeVisible();
    await route.fulfill({ response });
  };
  await minsu.page.route("**/events?before=*", answeredLate, { times: 1 });
  await minsu.jump.click();
  await expect(minsu.message("meanwhile")).toBeInViewport();
  await expect(minsu.log.locator(`article[data-seq="${more.at(-1)!.seq}"]`)).toBeInViewport();
  await expect(minsu.jump).toBeHidden();
  await sora.post("and after");
  await expect(minsu.message("and after")).toBeInViewport();
});

test("in a window as tall as a poster, the beginning is reached", async ({ browsers, client }) => {
  const sora = await client("소라");
  const events = await sora.postAll(Array.from({ length: 160 }, (_, index) => `${index}`));
  const minsu = await browsers.arrive("민수", { viewport: { width: 1000, height: 2300 } });
  await expect(minsu.log.locator(`article[data-seq="${events.at(-1)!.seq}"]`)).toBeInViewport();
  await expect(minsu.log.locator(`article[data-seq="${events.at(-80)!.seq}"]`)).toBeInViewport();
  await scrollTo(minsu, events[0]!.seq);
});
