import { ChatPage, expect, test } from "../support/test.ts";
import { CROWDED, Crowd } from "../support/crowd.ts";
import { tell } from "./figures.ts";
import { most, quantile } from "./trace.ts";

/** So often the page is opened by a browser that never saw it. */
const STARTS = 15;

/** From the first paint, and from the beginning of the navigation, one can write after at most so many milliseconds. */
const SOON = 300;

interface Start {
  readonly painted: number;
  readonly usable: number;
}

test.use({ flags: [...CROWDED] });

test("the first start, with an empty cache", async ({ browsers, maru }) => {
  const crowd = await Crowd.gather(maru, ["소라", "지훈"]);
  await crowd.fill(1_000);
  const minsu = await browsers.arrive("민수");
  const cookies = await minsu.page.context().cookies();
  await minsu.page.close();
  const starts: Start[] = [];
  for (let turn = 0; turn < STARTS; turn += 1) {
    const context = await browsers.context();
    await context.addCookies(cookies);
    await context.addInitScript(watchComposer);
    const chat = new ChatPage(await context.newPage(), minsu.texts);
    await chat.page.goto("/");
    await expect.poll(() => chat.page.evaluate(() => "usable" in window)).toBe(true);
    starts.push(await chat.page.evaluate(() => {
      const [paint] = performance.getEntriesByName("first-paint");
      return { painted: paint?.startTime ?? Number.NaN, usable: (window as unknown as { usable: number }).usable };
    }));
    await chat.write(`turn ${turn}`);
    await expect(chat.message(`turn ${turn}`)).toBeVisible();
    await context.close();
  }
  const after = starts.map(({ painted, usable }) => usable - painted);
  const whole = starts.map(({ usable }) => usable);
  const millis = (time: number) => `${time.toFixed(0)} ms`;
  tell({
    what: "a browser that never saw the page: first paint to a composer that takes what is typed, on loopback",
    measured: `half ${millis(quantile(after, 0.5))}, longest of ${STARTS} ${millis(most(after))}; from the navigation on ${millis(quantile(whole, 0.5))}, longest ${millis(most(whole))}`,
    goal: `half within ${SOON} ms`,
    met: quantile(after, 0.5) <= SOON,
  });
  await crowd.leave();
});

/** Keeps when a field to write in was there, enabled, and drawn. */
function watchComposer(): void {
  const observer = new MutationObserver(() => {
    const field = document.querySelector<HTMLTextAreaElement>("textarea");
    if (!field || field.disabled) return;
    observer.disconnect();
    // The frame in which it is drawn has begun, and then is over.
    requestAnimationFrame(() => setTimeout(() => Object.assign(window, { usable: performance.now() })));
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true });
}
