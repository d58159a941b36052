import { scrollTo, watch } from "../support/reading.ts";
import { expect, NETWORK_GONE, test, UNHURRIED } from "../support/test.ts";

test.use({ provoked: NETWORK_GONE, flags: UNHURRIED });

for (const missed of [300, 1200]) {
  test(`${missed} messages missed while offline all arrive in order`, async ({ browsers, client, line }) => {
    const sora = await client("소라");
    const minsu = await browsers.arrive("민수", { at: line.url });
    const seen = await sora.post("the last one that was seen");
    await minsu.toShow(["the last one that was seen"]);

    await minsu.page.context().setOffline(true);
    line.cut();
    await expect(minsu.connection).toBeVisible();
    const events = await sora.postAll(Array.from({ length: missed }, (_, index) => `missed ${index + 1}`));
    const last = events.at(-1)!.seq;
    const sight = await watch(minsu);
    line.mend();
    await minsu.page.context().setOffline(false);

    await expect(minsu.connection).toBeHidden();
    const top = minsu.log.locator(`article[data-seq="${seen.seq}"]`);
    await scrollTo(minsu, last);
    await expect(minsu.message(`missed ${missed}`)).toBeInViewport();
    await scrollTo(minsu, seen.seq);
    await expect(top).toHaveCount(1);

    const { seen: texts, most, faults } = await sight();
    expect(faults).toEqual([]);
    expect(most).toBeLessThanOrEqual(400);
    for (const [index, { seq }] of events.entries()) expect(texts.get(seq)).toBe(`missed ${index + 1}`);
  });
}

test("a line marks where reading stopped, and the room counts what is new", async ({ browsers, client }) => {
  const sora = await client("소라");
  const walk = await sora.makeRoom("walks");
  const minsu = await browsers.arrive("민수");
  await minsu.join("walks");
  await sora.post("seen", walk.id);
  await minsu.toShow(["seen"]);

  await minsu.enter("Lobby");
  await sora.postAll(["new 1", "new 2", "new 3"], walk.id);
  await expect(minsu.unread("walks")).toHaveText("3");
  await minsu.enter("walks");
  await minsu.toShow(["seen", "new 1", "new 2", "new 3"]);
  await expect(minsu.unreadLine).toHaveText("New messages");
  const line = (await minsu.unreadLine.boundingBox())!;
  const before = (await minsu.message("seen").boundingBox())!;
  const after = (await minsu.message("new 1").boundingBox())!;
  expect(before.y).toBeLessThan(line.y);
  expect(line.y).toBeLessThan(after.y + after.height);
  await expect(minsu.unread("walks")).toHaveCount(0);
});

test("what comes while one reads draws no line", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  const texts = Array.from({ length: 12 }, (_, index) => `live ${index}`);
  for (const text of texts) await sora.post(text);
  await minsu.toShow(texts);
  await expect(minsu.unreadLine).toHaveCount(0);
});

test("more than 99 new ones are 99+", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  await minsu.newRoom.make("mine");
  await expect(minsu.room("mine")).toHaveAttribute("aria-current", "page");
  await sora.postAll(Array.from({ length: 120 }, (_, index) => `${index}`));
  await expect(minsu.unread("Lobby")).toHaveText("99+");
});

for (const missed of [50, 80, 300]) {
  test(`${missed} new messages are read from their line on, also after a reload`, async ({ browsers, client }) => {
    const sora = await client("소라");
    const minsu = await browsers.arrive("민수");
    await sora.postAll(Array.from({ length: 40 }, (_, index) => `seen ${index + 1}`));
    await expect(minsu.message("seen 40")).toBeInViewport();
    await minsu.newRoom.make("elsewhere");
    await expect(minsu.title("elsewhere")).toBeVisible();
    await sora.postAll(Array.from({ length: missed }, (_, index) => `new ${index + 1}`));
    await expect(minsu.unread("Lobby")).toHaveText(missed > 99 ? "99+" : `${missed}`);

    for (const again of [false, true]) {
      if (again) await minsu.reload();
      await minsu.enter("Lobby");
      await expect(minsu.unreadLine).toBeInViewport();
      await expect(minsu.message("seen 40")).toBeInViewport();
      await expect(minsu.message("new 1")).toBeInViewport();
      await expect(minsu.jump).toHaveText(`${missed} new messages`);
      await minsu.enter("elsewhere");
    }
    await minsu.enter("Lobby");
    await minsu.jump.click();
    await expect(minsu.message(`new ${missed}`)).toBeInViewport();
    await expect(minsu.unread("Lobby")).toHaveCount(0);
  });
}

test("what was missed while the line was down has a line, and the end stays in sight", async ({ browsers, client, line }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수", { at: line.url });
  await sora.post("seen");
  await minsu.toShow(["seen"]);
  line.cut();
  await expect(minsu.connection).toBeVisible();
  await sora.postAll(Array.from({ length: 30 }, (_, index) => `missed ${index + 1}`));
  line.mend();
  await expect(minsu.message("missed 30")).toBeInViewport();
  await expect(minsu.unreadLine).toHaveCount(1);
  await expect(minsu.unread("Lobby"), "it is read as it is in sight").toHaveCount(0);
  await sora.post("live again");
  await expect(minsu.message("live again")).toBeInViewport();
  await expect(minsu.jump).toBeHidden();
});
