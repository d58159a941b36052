import { ChatPage, expect, REFUSED, test } from "../support/test.ts";

test("what one writes, the other reads, in one and the same order", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");

  await minsu.write("안녕하세요!");
  await expect(jiyeong.message("안녕하세요!")).toBeVisible();
  await jiyeong.write("어서 오세요.");
  await expect(minsu.message("어서 오세요.")).toBeVisible();
  await minsu.write("one");
  await minsu.write("two");
  await jiyeong.write("three");

  await expect(minsu.drawn).toHaveCount(5);
  const order = await minsu.drawn.allInnerTexts();
  await jiyeong.toShow(order);
  expect(order.indexOf("one")).toBeLessThan(order.indexOf("two"));
  const authors = await jiyeong.articles.locator(".message-author").allTextContents();
  expect(new Set(authors.map((author) => author.trim()))).toEqual(new Set(["민수", "지영"]));
});

test("both write at once: no message is missing, and both see one order", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");

  const texts = Array.from({ length: 10 }, (_, index) => index);
  await Promise.all([
    (async () => {
      for (const index of texts) await minsu.write(`m${index}`);
    })(),
    (async () => {
      for (const index of texts) await jiyeong.write(`j${index}`);
    })(),
  ]);

  await expect(minsu.drawn).toHaveCount(20);
  await expect(minsu.pending).toHaveCount(0);
  const order = await minsu.drawn.allInnerTexts();
  await jiyeong.toShow(order);
  expect(order.filter((text) => text.startsWith("m"))).toEqual(texts.map((index) => `m${index}`));
  expect(order.filter((text) => text.startsWith("j"))).toEqual(texts.map((index) => `j${index}`));
});

test("a reload keeps the session and the history", async ({ browsers, client }) => {
  const sora = await client("소라");
  await sora.post("before you came");
  const minsu = await browsers.arrive("민수");
  await minsu.write("here I am");
  await minsu.toShow(["before you came", "here I am"]);

  await minsu.reload();
  await minsu.toShow(["before you came", "here I am"]);
  await minsu.write("and still here");
  await minsu.toShow(["before you came", "here I am", "and still here"]);
  await expect(minsu.person("민수")).toHaveAttribute("data-here", "true");
});

test("two tabs of one session are one member, and both are told", async ({ browsers }) => {
  const first = await browsers.arrive("민수");
  const tab = await first.page.context().newPage();
  await tab.goto("/");
  const second = new ChatPage(tab, first.texts);
  await second.toBeReady();

  await first.write("from the first");
  await second.write("from the second");
  await first.toShow(["from the first", "from the second"]);
  await second.toShow(["from the first", "from the second"]);
  await expect(first.people.getByRole("listitem")).toHaveCount(1);
});

test("signing out leads back to the door", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const settings = await minsu.settings();
  await settings.getByRole("button", { name: "Sign out" }).click();
  await minsu.page.getByRole("button", { name: "Sign out" }).last().click();
  await expect(minsu.page.getByRole("textbox", { name: "Your name" })).toBeVisible();
  await minsu.page.reload();
  await expect(minsu.page.getByRole("textbox", { name: "Your name" })).toBeVisible();
});

test.describe("a name that cannot be had", () => {
  test.use({ provoked: REFUSED });

  const names = [
    { what: "empty", name: "   " },
    { what: "too long", name: "가".repeat(33) },
    { what: "invisible", name: "\u3164" },
    { what: "turning the text around it", name: "a\u202Eb" },
  ];
  for (const { what, name } of names) {
    test(`is refused when it is ${what}`, async ({ browsers }) => {
      const door = await browsers.visit();
      await door.ask(name);
      await expect(door.refusal).toBeVisible();
      await expect(door.refusal).not.toBeEmpty();
      await expect(door.name).toHaveValue(name);
      await door.comeIn("민수");
    });
  }

  for (const taken of ["maru", "MARU", "ＭＡＲＵ", "m a r u"]) {
    test(`is refused when it looks like one that is taken: ${taken}`, async ({ browsers, client }) => {
      await client("Maru");
      const door = await browsers.visit();
      await door.ask(taken);
      await expect(door.refusal).toContainText("taken");
      await expect(door.name).toHaveValue(taken);
      await door.comeIn("another one");
    });
  }

  test("is refused in the reader's language", async ({ browsers }) => {
    const door = await browsers.visit({ language: "ko" });
    await door.ask("가".repeat(33));
    await expect(door.refusal).toContainText(/\p{Script=Hangul}/u);
    await expect(door.name).toHaveValue("가".repeat(33));
  });
});
