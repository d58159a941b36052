import { CROWDED, Crowd } from "../support/crowd.ts";
import { InputMethod } from "../support/ime.ts";
import { own, Tab, watchMemories } from "../support/tab.ts";
import { type Browsers, type ChatPage, expect, test } from "../support/test.ts";
import { walk } from "../support/walk.ts";
import { tell } from "./figures.ts";
import { FRAME, most, quantile, trace, type Trace } from "./trace.ts";

const MESSAGES = 100_000;
const NAMES = ["소라", "지훈", "Mina", "Alex"];

/** No task of the page may take longer, in milliseconds. */
const LONG = 50;

/** So long messages arrive. */
const SECONDS = 10;

test.use({ flags: [...CROWDED] });

test("a room of 100,000 messages", async ({ browser, browsers, maru }) => {
  const crowd = await Crowd.gather(maru, NAMES);
  await crowd.fill(MESSAGES);

  const [minsu, tab] = await measured(browsers);
  const before = await tab.held();

  const wheel = await trace(browser, minsu.page, "wheel", async () => {
    await tab.scroll(24_000, 3_000);
    await tab.scroll(-12_000, 3_000);
  });
  tellScrolling("a wheel", wheel);
  const privateBefore = await own(wheel.pid);
  const keys = await trace(browser, minsu.page, "keys", async () => {
    await minsu.log.focus();
    for (const key of ["Home", "Home", "End", "End", "PageUp", "PageUp", "PageUp", "PageDown"]) {
      await minsu.page.keyboard.press(key);
      await minsu.page.waitForTimeout(250);
    }
  });
  tellWork("100,000 messages, scrolled by Home, End and Page keys", keys);

  await minsu.composer.focus();
  const writing = await trace(browser, minsu.page, "typing", () => write(minsu));
  tellWork("100,000 messages, Hangul and Latin typed", writing);
  const both = await trace(browser, minsu.page, "typing-and-scrolling", async () => {
    await Promise.all([write(minsu), tab.scroll(20_000, 2_500)]);
  });
  tellWork("100,000 messages, typed while scrolled", both);

  const met = await walk(minsu, 5);
  const after = await tab.held();
  const privateAfter = await own(wheel.pid);
  tell({
    what: "100,000 messages scrolled through: in the document at once",
    measured: `at most ${met.messages} messages in ${met.elements} elements, ${met.seen} messages seen`,
    goal: "at most 120 messages",
    met: met.messages <= 120 && met.seen >= MESSAGES - 1_000,
  });
  tell({
    what: "100,000 messages scrolled through: memory of the tab, before and after",
    measured: `JavaScript ${mb(before.heap)} and ${mb(after.heap)}, WebAssembly ${mb(before.wasm)} and ${mb(after.wasm)}, the whole process ${mb(privateBefore)} and ${mb(privateAfter)}`,
    goal: "at most 40 MB more in all",
    met: privateAfter - privateBefore <= 40_000_000,
  });
  await crowd.leave();
});

test("a room of 100,000 messages on a phone", async ({ browser, browsers, maru }) => {
  const crowd = await Crowd.gather(maru, NAMES);
  await crowd.fill(MESSAGES);
  const viewport = { width: 390, height: 844 };
  const minsu = await browsers.arrive("민수", { viewport, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  const tab = await Tab.of(minsu.page);
  const flicks = await trace(browser, minsu.page, "flicks", async () => {
    for (let flick = 0; flick < 16; flick += 1) {
      await tab.flick(flick < 11 ? 500 : -500);
      await minsu.page.waitForTimeout(500);
    }
  });
  tellScrolling("flicks on a phone", flicks);
  await crowd.leave();
});

test("1,000 messages a second", async ({ browser, browsers, maru }) => {
  const crowd = await Crowd.gather(maru, NAMES);
  await crowd.fill(10_000);
  const [minsu, tab] = await measured(browsers);
  await expect(minsu.jump).toBeHidden();
  const before = await tab.held();
  const arrive = async (where: string, name: string) => {
    let rate = 0;
    const arriving = await trace(browser, minsu.page, name, async () => {
      rate = await crowd.stream(1_000, SECONDS);
    });
    expect(rate).toBeGreaterThanOrEqual(990);
    tellTasks(`1,000 messages a second, ${where}`, arriving);
  };
  await arrive("at the newest", "arriving");
  await expect(minsu.jump).toBeHidden();
  await tab.scroll(6_000, 6_000);
  await expect(minsu.jump).toBeVisible();
  await arrive("scrolled up", "arriving-elsewhere");
  const after = await tab.held();
  tell({
    what: "1,000 messages a second, 20,000 in all: memory of the page, before and after",
    measured: `JavaScript ${mb(before.heap)} and ${mb(after.heap)}, WebAssembly ${mb(before.wasm)} and ${mb(after.wasm)}`,
    goal: "at most 20 MB more in all",
    met: after.heap + after.wasm - before.heap - before.wasm <= 20_000_000,
  });
  await crowd.leave();
});

/** Somebody new in the room, whose tab can be looked into. */
async function measured(browsers: Browsers): Promise<[ChatPage, Tab]> {
  const visitor = await browsers.visit();
  await watchMemories(visitor.page.context());
  await visitor.page.reload();
  const chat = await visitor.comeIn("민수");
  return [chat, await Tab.of(chat.page)];
}

/** Types some lines as people do who type fast, a key every 60 ms. */
async function write(chat: ChatPage): Promise<void> {
  const keys = await InputMethod.of(chat.page);
  for (const word of ["안녕하세요", "오늘은", "날씨가", "참", "좋네요"]) {
    for (const syllable of word) {
      await keys.typeHangul(syllable);
      await keys.commit(syllable);
      await chat.page.waitForTimeout(120);
    }
    await chat.page.keyboard.press("Space");
  }
  await chat.page.keyboard.type(" and some words in English, one key after the other", { delay: 60 });
  await chat.composer.fill("");
}

/** Frames as they were shown: what the page, the browser and the machine took together, which draws without a GPU. */
function tellScrolling(by: string, trace: Trace): void {
  const { shown, partly, dropped } = trace;
  const share = shown / (shown + dropped);
  tell({
    what: `100,000 messages, scrolled by ${by}: frames shown, drawn on the processor`,
    measured: `${percent(share)} of ${shown + dropped} (${dropped} dropped; in ${partly} what the page had to say came a frame late)`,
    goal: "99 %",
    met: share >= 0.99,
  });
  tellWork(`100,000 messages, scrolled by ${by}`, trace);
}

/** Frames as the page's main thread takes part in them: its own time on a processor, whoever else wants one. */
function tellWork(what: string, { frames, waits }: Trace): void {
  const own = frames.map((frame) => frame.own);
  const inTime = (times: readonly number[]) => times.filter((time) => time <= FRAME).length / times.length;
  tell({
    what: `${what}: the main thread's own time a frame`,
    measured: `${percent(inTime(own))} of ${own.length} in time (half ${millis(quantile(own, 0.5))}, 99 % ${millis(quantile(own, 0.99))}, longest ${millis(most(own))}); by the clock ${percent(inTime(waits))}`,
    goal: `99 % within ${millis(FRAME)}`,
    met: inTime(own) >= 0.99,
  });
}

/** How long the page cannot be reached: of its own doing, and by the clock, on which others who want the processor count as well. */
function tellTasks(what: string, { tasks }: Trace): void {
  const long = tasks.filter(({ clock }) => clock > LONG);
  const own = most(tasks.map(({ own }) => own));
  const busy = tasks.reduce((sum, { own }) => sum + own, 0) / (SECONDS * 1_000);
  tell({
    what: `${what}: the longest task's own time on a processor`,
    measured: `${millis(own)}; the main thread took ${percent(busy)} of a processor`,
    goal: `at most ${LONG} ms`,
    met: own <= LONG,
  });
  tell({
    what: `${what}: the longest task by the clock`,
    measured: `${millis(tasks[0]?.clock ?? 0)}; ${long.length} of ${tasks.length} tasks over ${LONG} ms`,
    goal: `at most ${LONG} ms`,
    met: long.length === 0,
  });
}

function millis(time: number): string {
  return `${time.toFixed(1)} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function mb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
