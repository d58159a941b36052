import { CROWDED, Crowd } from "../support/crowd.ts";
import { Tab, watchMemories } from "../support/tab.ts";
import { expect, test } from "../support/test.ts";
import { walk } from "../support/walk.ts";

test.use({ flags: CROWDED });

test("however far one scrolls, the page holds no more than before", async ({ browsers, maru }) => {
  test.slow();
  const crowd = await Crowd.gather(maru, ["소라", "지훈"]);
  await crowd.fill(9_000);
  const visitor = await browsers.visit();
  await watchMemories(visitor.page.context());
  await visitor.page.reload();
  const minsu = await visitor.comeIn("민수");
  const tab = await Tab.of(minsu.page);

  // Until as much is held as ever is.
  await walk(minsu, 6_500);
  const before = await tab.held();
  expect(before.wasm).toBeGreaterThan(0);
  const met = await walk(minsu, 10);
  expect(met.messages).toBeLessThanOrEqual(120);
  expect(met.elements).toBeLessThanOrEqual(3_000);
  expect(met.seen).toBeGreaterThanOrEqual(6_400);
  // Linear memory never shrinks, and nothing is collected in it. Elsewhere what is about to be collected may still be counted.
  expect((await tab.held()).wasm - before.wasm).toBeLessThanOrEqual(1_000_000);
  await expect
    .poll(async () => {
      const { heap, nodes, listeners } = await tab.held();
      return {
        heap: heap <= before.heap + 2_000_000,
        nodes: nodes <= before.nodes + 2_000,
        listeners: listeners <= before.listeners + 50,
      };
    })
    .toEqual({ heap: true, nodes: true, listeners: true });
  await crowd.leave();
});

test("where much is read, the browser keeps once a second up to where", async ({ browsers, maru }) => {
  const crowd = await Crowd.gather(maru, ["소라", "지훈"]);
  const visitor = await browsers.visit();
  await visitor.page.context().addInitScript(() => {
    const kept: number[] = [];
    Object.assign(window, { kept });
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, value) {
      if (key.startsWith("maru.read.")) kept.push(performance.now());
      setItem.call(this, key, value);
    };
  });
  await visitor.page.reload();
  const minsu = await visitor.comeIn("민수");
  await crowd.stream(200, 4);
  await expect(minsu.articles.last()).toBeInViewport();
  const kept = await minsu.page.evaluate(() => (window as unknown as { kept: number[] }).kept);
  expect(kept.length).toBeGreaterThanOrEqual(2);
  const pauses = kept.slice(1).map((at, index) => at - kept[index]!);
  expect(pauses.filter((pause) => pause < 950)).toEqual([]);
  await crowd.leave();
});
