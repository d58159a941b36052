import { InputMethod } from "../support/ime.ts";
import { expect, test } from "../support/test.ts";

test.describe("Hangul", () => {
  const orders = [
    { how: "told once", enter: "enter" },
    { how: "told twice", enter: "enterToldTwice" },
    { how: "told after the end, as Safari does", enter: "enterAfterTheEnd" },
  ] as const;
  for (const { how, enter } of orders) {
    test(`Enter in the middle of a syllable, ${how}, sends the whole text once`, async ({ browsers, client }) => {
      const archive = await client("the archive");
      const minsu = await browsers.arrive("민수");
      const ime = await InputMethod.of(minsu.page);
      await minsu.composer.focus();

      for (const text of ["안녕하세요", "반갑습니다"]) {
        await ime.typeHangul(text);
        await expect(minsu.composer).toHaveValue(text);
        await ime[enter](text.at(-1)!);
        await expect(minsu.message(text)).toHaveAttribute("data-state", "sent");
        await expect(minsu.composer).toHaveValue("");
      }
      // A plain text and a plain Enter afterwards: nothing was swallowed, nothing came twice.
      await minsu.page.keyboard.type("ok");
      await minsu.page.keyboard.press("Enter");
      await minsu.toShow(["안녕하세요", "반갑습니다", "ok"]);
      await expect(minsu.composer).toHaveValue("");
      expect((await archive.history()).map(({ text }) => text)).toEqual(["안녕하세요", "반갑습니다", "ok"]);
    });
  }

  test("a text that grows in the middle of another keeps every syllable", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    const ime = await InputMethod.of(minsu.page);
    await minsu.composer.focus();
    await minsu.page.keyboard.type("[]");
    await minsu.page.keyboard.press("ArrowLeft");
    await ime.typeHangul("서울");
    await ime.enter("울");
    await minsu.toShow(["[서울]"]);
  });

  test("Shift+Enter breaks the line, also in the middle of a syllable", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    const ime = await InputMethod.of(minsu.page);
    await minsu.composer.focus();
    await ime.typeHangul("첫째");
    await ime.shiftEnter("째");
    await expect(minsu.composer).toHaveValue("첫째\n");
    await minsu.page.keyboard.type("2");
    await minsu.page.keyboard.press("Shift+Enter");
    await minsu.page.keyboard.type("3");
    await expect(minsu.composer).toHaveValue("첫째\n2\n3");
    await expect(minsu.drawn).toHaveCount(0);
    await minsu.page.keyboard.press("Enter");
    await expect(minsu.drawn).toHaveCount(1);
    expect(await minsu.drawn.first().innerText()).toBe("첫째\n2\n3");
  });

  test("what arrives meanwhile does not disturb the syllable", async ({ browsers, client }) => {
    const sora = await client("소라");
    const minsu = await browsers.arrive("민수");
    const ime = await InputMethod.of(minsu.page);
    await minsu.composer.focus();
    await ime.typeHangul("기다려");
    sora.typing();
    await sora.postAll(["하나", "둘", "셋"]);
    await minsu.toShow(["하나", "둘", "셋"]);
    await expect(minsu.composer).toHaveValue("기다려");
    await ime.enter("려");
    await minsu.toShow(["하나", "둘", "셋", "기다려"]);
  });

  test("a name is whole at the door", async ({ browsers }) => {
    const door = await browsers.visit({ language: "ko" });
    const ime = await InputMethod.of(door.page);
    await door.name.focus();
    await ime.typeHangul("김민수");
    await ime.enterToldTwice("수");
    await expect(door.page.getByRole("complementary", { name: "사람들" }).getByRole("listitem")).toHaveText([/김민수/]);
  });

  test("a room's name is whole, and the room is made once", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    const ime = await InputMethod.of(minsu.page);
    const { newRoom } = minsu;
    await newRoom.open();
    await newRoom.name.focus();
    await ime.typeHangul("산책");
    await ime.enterToldTwice("책");
    await expect(newRoom.dialog).toBeHidden();
    await expect(minsu.room("산책")).toHaveAttribute("aria-current", "page");
    await expect(minsu.rooms.getByRole("link")).toHaveCount(2);
  });
});

test.describe("kana", () => {
  test("Enter only confirms; the next one sends", async ({ browsers, client }) => {
    const archive = await client("the archive");
    const minsu = await browsers.arrive("民洙");
    const ime = await InputMethod.of(minsu.page);
    await minsu.composer.focus();
    await ime.compose("にほんご");
    await ime.enter("日本語");
    await expect(minsu.composer).toHaveValue("日本語");
    await ime.compose("です");
    await ime.enter("です");
    await expect(minsu.composer).toHaveValue("日本語です");
    await expect(minsu.articles).toHaveCount(0);
    await minsu.page.keyboard.press("Enter");
    await minsu.toShow(["日本語です"]);
    await expect(minsu.composer).toHaveValue("");
    expect((await archive.history()).map(({ text }) => text)).toEqual(["日本語です"]);
  });

  test("Enter only confirms in Safari's order, too", async ({ browsers }) => {
    const minsu = await browsers.arrive("民洙");
    const ime = await InputMethod.of(minsu.page);
    await minsu.composer.focus();
    await ime.compose("かな");
    await ime.enterAfterTheEnd("仮名");
    await expect(minsu.composer).toHaveValue("仮名");
    await expect(minsu.articles).toHaveCount(0);
    await minsu.page.keyboard.press("Enter");
    await minsu.toShow(["仮名"]);
  });

  test("Enter only confirms at the door", async ({ browsers }) => {
    const door = await browsers.visit();
    const ime = await InputMethod.of(door.page);
    await door.name.focus();
    await ime.compose("たろう");
    await ime.enter("太郎");
    await expect(door.name).toHaveValue("太郎");
    await door.page.keyboard.press("Enter");
    await expect(door.page.getByRole("complementary", { name: "People" }).getByRole("listitem")).toHaveText([/太郎/]);
  });
});
