import { expect, test, UNHURRIED } from "../support/test.ts";

test.describe("a text that is too long", () => {
  test.use({ flags: UNHURRIED });

  test("is told so while typing, and stays until it fits", async ({ browsers, client }) => {
    const archive = await client("the archive");
    const minsu = await browsers.arrive("민수");
    const form = minsu.page.locator("form").filter({ has: minsu.composer });
    await minsu.composer.fill("가".repeat(4001));
    await expect(form).toContainText(/4,?001|-1|−1|4,?000/);
    await minsu.composer.press("Enter");
    await expect(minsu.composer).toHaveValue("가".repeat(4001));
    await expect(minsu.articles).toHaveCount(0);

    await minsu.composer.fill("가".repeat(4000));
    await minsu.composer.press("Enter");
    await expect(minsu.composer).toHaveValue("");
    await expect(minsu.articles).toHaveAttribute("data-state", "sent");
    expect((await archive.history()).map(({ text }) => text)).toEqual(["가".repeat(4000)]);
  });

  test("characters are counted as people's, not as the machine's halves", async ({ browsers, client }) => {
    const archive = await client("the archive");
    const minsu = await browsers.arrive("민수");
    await minsu.composer.fill("🌲".repeat(4000));
    await minsu.composer.press("Enter");
    await expect(minsu.articles).toHaveAttribute("data-state", "sent");
    expect((await archive.history())[0]!.text).toBe("🌲".repeat(4000));
  });

  test("nothing visible is nothing to send", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    await minsu.composer.fill(" \n ");
    await minsu.composer.press("Enter");
    await minsu.composer.fill("something");
    await minsu.composer.press("Enter");
    await minsu.toShow(["something"]);
  });
});

test.describe("a text that only the server finds too long", () => {
  test.use({ flags: ["--message-chars", "10"] });

  test("is refused before it goes, by the server's own limit", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    await minsu.composer.fill("eleven chars");
    await minsu.composer.press("Enter");
    await expect(minsu.composer).toHaveValue("eleven chars");
    await expect(minsu.articles).toHaveCount(0);
  });
});

test.describe("too fast", () => {
  test.use({ flags: ["--posts-per-second", "5", "--posts-burst", "3"] });

  test("all arrive by themselves, in order, once", async ({ browsers, client }) => {
    const archive = await client("the archive");
    const minsu = await browsers.arrive("민수");
    const texts = Array.from({ length: 15 }, (_, index) => `message ${index + 1}`);
    for (const text of texts) await minsu.write(text);
    await expect(minsu.drawn).toHaveText(texts);
    await minsu.toShow(texts);
    expect((await archive.history()).map(({ text }) => text)).toEqual(texts);
  });
});
