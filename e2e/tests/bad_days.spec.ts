import { ChatPage, expect, NETWORK_GONE, test } from "../support/test.ts";

test.use({ provoked: NETWORK_GONE });

for (const end of ["stop", "kill"] as const) {
  test(`the server ends (${end}) while one writes: the text waits, and is sent once`, async ({ browsers, client, maru }) => {
    const minsu = await browsers.arrive("민수");
    const jiyeong = await browsers.arrive("지영");
    await minsu.write("before");
    await jiyeong.toShow(["before"]);

    await maru[end]();
    await expect(minsu.connection).toBeVisible();
    await expect(minsu.connection).not.toHaveAttribute("data-state", "connected");
    for (const text of ["first", "second", "third"]) await minsu.write(text);
    await expect(minsu.pending).toHaveCount(3);
    await expect(minsu.drawn).toHaveText(["before", "first", "second", "third"]);
    await jiyeong.toShow(["before"]);

    await maru.start();
    await minsu.toShow(["before", "first", "second", "third"]);
    await jiyeong.toShow(["before", "first", "second", "third"]);
    await expect(minsu.connection).toBeHidden();
    const archive = await client("the archive");
    expect((await archive.history()).map(({ text }) => text)).toEqual(["before", "first", "second", "third"]);
  });
}

test("the tab closes with texts that wait: opened again, it sends them once", async ({ browsers, client, maru }) => {
  const minsu = await browsers.arrive("민수");
  await maru.stop();
  await expect(minsu.connection).toBeVisible();
  await minsu.write("first");
  await minsu.write("second");
  await expect(minsu.pending).toHaveCount(2);
  const context = minsu.page.context();
  await minsu.page.close();

  await maru.start();
  const again = new ChatPage(await context.newPage(), minsu.texts);
  await again.page.goto("/");
  await again.toShow(["first", "second"]);
  const archive = await client("the archive");
  expect((await archive.history()).map(({ text }) => text)).toEqual(["first", "second"]);
  await again.reload();
  await again.toShow(["first", "second"]);
});

test("a reload with texts that wait shows them still, and sends them once", async ({ browsers, client, line }) => {
  const minsu = await browsers.arrive("민수", { at: line.url });
  line.cut();
  await expect(minsu.connection).toBeVisible();
  await minsu.write("first");
  await minsu.write("second");
  await expect(minsu.pending).toHaveCount(2);
  line.mend();
  await minsu.page.reload();
  await minsu.toShow(["first", "second"]);
  const archive = await client("the archive");
  expect((await archive.history()).map(({ text }) => text)).toEqual(["first", "second"]);
});

test("what was half written is there after a reload", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  await minsu.composer.pressSequentially("half a thou");
  await minsu.reload();
  await expect(minsu.composer).toHaveValue("half a thou");
  await minsu.composer.press("Enter");
  await minsu.toShow(["half a thou"]);
});

test("a line that says nothing is noticed within 30 s, and all arrives once", async ({ browsers, client, line }) => {
  const sora = await client("소라");
  const door = await browsers.visit({ at: line.url });
  await door.page.clock.install();
  await door.open();
  const minsu = await door.comeIn("민수");
  await minsu.write("before");
  await minsu.toShow(["before"]);

  line.freeze();
  await minsu.write("into the silence");
  await expect(minsu.pending).toHaveCount(1);
  await sora.post("you do not hear me");
  await expect(minsu.connection).toBeHidden();
  await minsu.page.clock.runFor(30_000);
  await expect(minsu.connection).toBeVisible();
  await minsu.write("and another");
  await expect(minsu.pending).toHaveCount(2);

  line.mend();
  const whole = async () => {
    // The pause before the next try is the page's own, and its clock is ours.
    await minsu.page.clock.runFor(10_000);
    return minsu.pending.count();
  };
  await expect.poll(whole).toBe(0);
  const said = (await sora.history()).map(({ text }) => text);
  expect(said.toSorted()).toEqual(["and another", "before", "into the silence", "you do not hear me"]);
  expect(said.indexOf("into the silence")).toBeLessThan(said.indexOf("and another"));
  await minsu.toShow(said);
});

test("the browser says that it is offline, and comes back by itself", async ({ browsers, line }) => {
  const minsu = await browsers.arrive("민수", { at: line.url });
  await minsu.page.context().setOffline(true);
  line.cut();
  await expect(minsu.connection).toHaveAttribute("data-state", "offline");
  await expect(minsu.connection).toBeVisible();
  await minsu.write("from the tunnel");
  await expect(minsu.pending).toHaveCount(1);

  line.mend();
  await minsu.page.context().setOffline(false);
  await minsu.toShow(["from the tunnel"]);
  await expect(minsu.connection).toBeHidden();
});

test("cut off again and again while writing: everything once, in order", async ({ browsers, client, line }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수", { at: line.url });
  const texts = Array.from({ length: 24 }, (_, index) => `message ${index}`);
  for (const [index, text] of texts.entries()) {
    await minsu.write(text);
    if (index % 6 === 2) line.cut();
    if (index % 6 === 5) line.mend();
  }
  await minsu.toShow(texts);
  expect((await sora.history()).map(({ text }) => text)).toEqual(texts);
});

test.describe("a server that cannot read its store for a moment", () => {
  test.use({ provoked: /status of 503/ });

  test("makes nobody a stranger", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    await minsu.write("still me");
    await minsu.toShow(["still me"]);
    const why = JSON.stringify({ why: { unavailable: { retry_after_ms: 10 } } });
    let refused = 0;
    await minsu.page.route("**/api/session", async (route) => {
      refused += 1;
      if (refused > 2) await route.continue();
      else await route.fulfill({ status: 503, contentType: "application/json", body: why });
    });
    await minsu.reload();
    expect(refused).toBeGreaterThan(2);
    await minsu.toShow(["still me"]);
    await expect(minsu.person("민수")).toBeVisible();
  });
});

test("what waits in one tab does not go out under another's name", async ({ browsers, client, line, maru }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수", { at: line.url });
  line.cut();
  await expect(minsu.connection).toBeVisible();
  await minsu.write("from minsu, later");
  await expect(minsu.pending).toHaveCount(1);

  // Elsewhere in the same browser somebody else has come in: the cookie is theirs.
  const answer = await minsu.page.context().request.post(`${maru.url}/api/session`, {
    data: { draft: crypto.randomUUID(), name: "지영" },
  });
  expect(answer.status()).toBe(201);
  line.mend();
  await expect(minsu.connection).toBeHidden();
  await minsu.write("from jiyeong");
  await minsu.toShow(["from jiyeong"]);
  expect((await sora.history()).map(({ text }) => text)).toEqual(["from jiyeong"]);
});

test("who points at a message on its way need not point again once it is there", async ({ browsers, line }) => {
  const minsu = await browsers.arrive("Minsu", { at: line.url });
  const bar = (text: string) => minsu.message(text).getByRole("toolbar");
  await minsu.write("before");
  await expect(minsu.pending).toHaveCount(0);
  await minsu.message("before").hover();
  await expect(bar("before")).toBeVisible();
  line.cut();
  await expect(minsu.connection).toBeVisible();
  await minsu.write("on its way");
  await expect(minsu.pending).toHaveCount(1);
  await minsu.message("on its way").hover();
  await expect(bar("on its way")).toBeHidden();
  line.mend();
  await expect(bar("on its way")).toBeVisible();
});
