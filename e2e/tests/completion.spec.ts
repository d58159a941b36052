import type { Locator } from "@playwright/test";

import { violations } from "../support/axe.ts";
import { InputMethod } from "../support/ime.ts";
import { expectNoSidewaysScroll } from "../support/layout.ts";
import { type ChatPage, expect, REFUSED, test } from "../support/test.ts";

test.use({ provoked: REFUSED });

/** What is offered above the composer. */
function options(chat: ChatPage): Locator {
  return chat.page.getByRole("listbox").getByRole("option");
}

/** The option that Enter takes. */
function active(chat: ChatPage): Locator {
  return chat.page.getByRole("option", { selected: true });
}

/** The picker of emoji, opened from the composer. */
async function openPicker(chat: ChatPage): Promise<Locator> {
  await chat.page.getByRole("button", { name: chat.texts.emoji, exact: true }).click();
  const picker = chat.page.getByRole("group", { name: chat.texts.emoji, exact: true });
  await expect(picker.getByRole("searchbox")).toBeVisible();
  return picker;
}

test.describe("a mention", () => {
  const orders = [
    { how: "told once", enter: "enter" },
    { how: "told twice", enter: "enterToldTwice" },
    { how: "told after the end, as Safari does", enter: "enterAfterTheEnd" },
  ] as const;
  for (const { how, enter } of orders) {
    test(`is found by initial consonants, and taken whole by an Enter ${how}`, async ({ browsers, client }) => {
      await client("지영");
      await client("소라");
      const minsu = await browsers.arrive("민수", { language: "ko" });
      const ime = await InputMethod.of(minsu.page);
      await minsu.composer.focus();
      await minsu.page.keyboard.type("@");
      await expect(options(minsu), "everybody but oneself").toHaveText([/소라/, /지영/]);

      await ime.compose("ㅈㅇ");
      await expect(options(minsu)).toHaveText([/지영/]);
      await ime[enter]("ㅈㅇ");
      await expect(minsu.composer).toHaveValue("@지영 ");
      await expect(options(minsu)).toHaveCount(0);
      await expect(minsu.drawn, "and nothing is sent").toHaveCount(0);

      await ime.typeHangul("안녕");
      await ime[enter]("녕");
      await minsu.toShow(["@지영 안녕"]);
    });
  }

  test("is found while its syllable grows, and is taken by Tab in the middle of one", async ({ browsers, client }) => {
    await client("지영");
    const minsu = await browsers.arrive("민수");
    const ime = await InputMethod.of(minsu.page);
    await minsu.composer.focus();
    await minsu.page.keyboard.type("@");
    await ime.typeHangul("지여");
    await expect(active(minsu)).toHaveText(/지영/);
    await minsu.page.keyboard.press("Tab");
    await expect(minsu.composer).toHaveValue("@지영 ");
    await expect(minsu.composer).toBeFocused();
  });

  test("is chosen by arrows or a click, in the middle of a text, or not at all", async ({ browsers, client }) => {
    await client("Jin");
    await client("Jiyoung");
    const minsu = await browsers.arrive("Minsu");
    const { keyboard } = minsu.page;
    await minsu.composer.focus();
    await keyboard.type("before after");
    for (let step = 0; step < " after".length; step += 1) await keyboard.press("ArrowLeft");
    await keyboard.type(" @ji");
    await expect(options(minsu)).toHaveText([/Jin/, /Jiyoung/]);
    await expect(active(minsu)).toHaveText(/Jin/);
    await keyboard.press("ArrowDown");
    await expect(active(minsu)).toHaveText(/Jiyoung/);
    await expect(minsu.composer).toHaveAttribute("aria-activedescendant", (await active(minsu).getAttribute("id"))!);
    await keyboard.press("ArrowDown");
    await expect(active(minsu), "it goes round").toHaveText(/Jin/);
    await keyboard.press("ArrowUp");
    await keyboard.press("Enter");
    await expect(minsu.composer).toHaveValue("before @Jiyoung after");
    await keyboard.type("!");
    await expect(minsu.composer, "the caret is behind the name").toHaveValue("before @Jiyoung! after");

    await minsu.composer.fill("@ji");
    expect(await violations(minsu.page)).toEqual([]);
    await options(minsu).filter({ hasText: "Jiyoung" }).click();
    await expect(minsu.composer).toHaveValue("@Jiyoung ");

    await minsu.composer.fill("");
    await keyboard.type("@j");
    await expect(options(minsu)).toHaveCount(2);
    await keyboard.press("Escape");
    await expect(options(minsu)).toHaveCount(0);
    await keyboard.type("i");
    await expect(options(minsu), "what was closed stays closed").toHaveCount(0);
    await keyboard.press("Enter");
    await minsu.toShow(["@ji"]);

    await keyboard.type("@j");
    await expect(options(minsu)).toHaveCount(2);
    await minsu.send.click();
    await minsu.toShow(["@ji", "@j"]);
  });
});

test("an emoji is completed by its name in either language", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수", { language: "ko" });
  const { keyboard } = minsu.page;
  const ime = await InputMethod.of(minsu.page);
  await minsu.composer.focus();
  await keyboard.type("야 :");
  await ime.typeHangul("하트");
  await expect(active(minsu)).toHaveText(/❤️/);
  await ime.enter("트");
  await expect(minsu.composer).toHaveValue("야 ❤️");
  await keyboard.type(" :tad");
  await expect(active(minsu)).toHaveText(/🎉/);
  await keyboard.press("Enter");
  await keyboard.type(" 12:30 :)");
  await expect(options(minsu)).toHaveCount(0);
  await keyboard.press("Enter");
  await minsu.toShow(["야 ❤️ 🎉 12:30 :)"]);
});

test("commands do what they say", async ({ browsers, client }) => {
  await client("Sora");
  const minsu = await browsers.arrive("Minsu");
  const { page } = minsu;
  const { keyboard } = page;
  await minsu.newRoom.make("walks");
  await expect(minsu.title("walks")).toBeVisible();

  await minsu.composer.focus();
  await keyboard.type("/");
  await expect(options(minsu)).toHaveText([/^\/me/, /^\/topic/, /^\/invite/, /^\/leave/, /^\/shrug/]);
  expect(await violations(page)).toEqual([]);
  await keyboard.type("sh");
  await keyboard.press("Tab");
  await expect(minsu.composer).toHaveValue("/shrug ");
  await keyboard.type("no idea");
  await keyboard.press("Enter");
  await minsu.toShow(["no idea ¯\\_(ツ)_/¯"]);

  await minsu.write("/topic where we go next");
  await expect(page.locator(".room-topic")).toHaveText("where we go next");

  await minsu.composer.fill("/invite Nobody");
  await keyboard.press("Enter");
  await expect(page.locator(".not-sent"), "it says that there is nobody of that name").not.toBeEmpty();
  await expect(minsu.composer, "and gives the text back").toHaveValue("/invite Nobody");
  await minsu.composer.fill("/invite @sora");
  await keyboard.press("Enter");
  await expect(minsu.person("Sora")).toBeVisible();
  await expect(minsu.composer).toHaveValue("");

  await minsu.composer.fill("/dance now");
  await keyboard.press("Enter");
  await expect(page.locator(".not-sent")).toContainText("no such command");
  await expect(minsu.drawn).toHaveCount(1);
  await keyboard.press("Enter");
  await expect(minsu.drawn).toHaveCount(2);
  await expect(minsu.drawn.last()).toHaveText("/dance now");

  await minsu.composer.fill("/leave");
  await keyboard.press("Enter");
  const leave = await minsu.dialog(minsu.texts.leave);
  await leave.getByRole("button", { name: minsu.texts.leave, exact: true }).click();
  await expect(minsu.title(minsu.texts.lobby)).toBeVisible();

  await minsu.composer.fill("/");
  await expect(options(minsu), "nobody leaves the lobby").toHaveText([/^\/me/, /^\/shrug/]);
});

test("an emoji is picked by its Korean name, by the keyboard alone, and is at hand from then on", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수", { language: "ko" });
  const { keyboard } = minsu.page;
  const ime = await InputMethod.of(minsu.page);
  await minsu.composer.focus();
  await keyboard.type("좋아");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  const picker = minsu.page.getByRole("group", { name: minsu.texts.emoji, exact: true });
  await expect(picker.getByRole("searchbox")).toBeFocused();
  await expect(picker.getByRole("gridcell", { name: "활짝 웃는 얼굴", exact: true })).toBeVisible();
  expect(await violations(minsu.page)).toEqual([]);

  await ime.typeHangul("축하");
  await expect(picker.getByRole("gridcell").first()).toHaveText("🎉");
  await ime.enter("하");
  await expect(picker).toBeHidden();
  await expect(minsu.composer).toHaveValue("좋아🎉");
  await expect(minsu.composer).toBeFocused();

  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await expect(picker.getByRole("gridcell"), "what was picked is there first").toHaveText(["🎉"]);
  await keyboard.type("hand");
  await expect(picker.getByRole("gridcell").nth(9)).toBeVisible();
  const tenth = await picker.getByRole("gridcell").nth(9).textContent();
  await keyboard.press("ArrowDown");
  await expect(picker.getByRole("gridcell").first()).toBeFocused();
  await keyboard.press("ArrowRight");
  await keyboard.press("ArrowDown");
  await expect(picker.getByRole("gridcell").nth(9)).toBeFocused();
  await keyboard.press("Enter");
  await expect(minsu.composer).toHaveValue(`좋아🎉${tenth}`);
  await keyboard.press("Enter");
  await minsu.toShow([`좋아🎉${tenth}`]);
});

test("a reaction is any emoji, by the same picker", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수", { language: "ko" });
  await sora.post("점심?");
  const message = minsu.message("점심?");
  await message.hover();
  await message.getByRole("toolbar").getByRole("button", { name: minsu.texts.react, exact: true }).click();
  const picker = minsu.page.getByRole("group", { name: minsu.texts.emoji, exact: true });
  await expect(picker.getByRole("searchbox")).toBeFocused();
  await minsu.page.keyboard.type("avocado");
  await expect(picker.getByRole("gridcell")).toHaveText(["🥑"]);
  await minsu.page.keyboard.press("Enter");
  await expect(minsu.reaction("점심?", "🥑")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the picker on a phone, ${colorScheme}`, async ({ browsers }) => {
    const viewport = { width: 360, height: 740 };
    const minsu = await browsers.arrive("민수", { language: "ko", colorScheme, viewport, hasTouch: true, isMobile: true });
    const picker = await openPicker(minsu);
    await picker.getByRole("button", { name: "깃발" }).click();
    await expect(picker.getByRole("gridcell", { name: /대한민국/ })).toBeAttached();
    expect(await violations(minsu.page)).toEqual([]);
    await expectNoSidewaysScroll(minsu.page);
    await picker.getByRole("gridcell").first().click();
    await expect(minsu.composer).not.toHaveValue("");
  });
}

test("what is half written survives a reload, with what is begun in it", async ({ browsers, client }) => {
  await client("지영");
  const minsu = await browsers.arrive("민수", { language: "ko" });
  await minsu.composer.fill("안녕 @지");
  await expect(options(minsu)).toHaveCount(1);
  await minsu.reload();
  await expect(minsu.composer).toHaveValue("안녕 @지");
  await minsu.page.keyboard.press("End");
  await expect(options(minsu)).toHaveCount(1);
});

test("the field grows with its text, to a third of the window", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수", { viewport: { width: 1280, height: 900 } });
  const height = async () => (await minsu.page.locator(".grow").boundingBox())!.height;
  const one = await height();
  await minsu.composer.fill("하나\n둘\n셋");
  expect(await height()).toBeGreaterThan(one);
  await minsu.composer.fill("줄\n".repeat(60));
  expect(await height()).toBeLessThanOrEqual(300);
});
