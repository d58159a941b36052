import type { CDPSession, Locator } from "@playwright/test";

import { violations } from "../support/axe.ts";
import { InputMethod } from "../support/ime.ts";
import { scrollTo } from "../support/reading.ts";
import { ChatPage, either, expect, NETWORK_GONE, REFUSED, test, UNHURRIED } from "../support/test.ts";
import { texts } from "../support/texts.ts";
import { LOBBY } from "../support/wire.ts";

test.use({ flags: UNHURRIED, provoked: either(NETWORK_GONE, REFUSED) });

test.describe("reactions", () => {
  test("both see them come, count and go, in place", async ({ browsers }) => {
    const sora = await browsers.arrive("소라");
    const minsu = await browsers.arrive("민수");
    await sora.write("점심?");
    await minsu.react("점심?", "👍");
    const mine = minsu.reaction("점심?", "👍");
    const theirs = sora.reaction("점심?", "👍");
    await expect(mine).toHaveText("👍 1");
    await expect(mine).toHaveAttribute("aria-pressed", "true");
    await expect(theirs).toHaveAttribute("aria-pressed", "false");
    await expect(theirs).toHaveAttribute("title", "👍 1: 민수");

    await theirs.evaluate((chip) => Object.assign(window, { chip }));
    const isSame = async () => theirs.evaluate((chip) => chip === (window as unknown as { chip: Element }).chip);
    await theirs.click();
    for (const one of [mine, theirs]) {
      await expect(one).toHaveText("👍 2");
      await expect(one).toHaveAttribute("title", "👍 2: 민수, 소라");
    }
    await mine.click();
    await expect(theirs).toHaveText("👍 1");
    await expect(theirs).toHaveAttribute("aria-pressed", "true");
    expect(await isSame(), "a chip changes, and is not made anew").toBe(true);
    await theirs.click();
    await expect(mine).toHaveCount(0);
    await expect(theirs).toHaveCount(0);
  });

  test("any is chosen beside the message, and who reacted is told", async ({ browsers }) => {
    const sora = await browsers.arrive("소라");
    const minsu = await browsers.arrive("민수", { language: "ko" });
    await sora.write("금요일에 만나요");
    const message = minsu.message("금요일에 만나요");
    await message.hover();
    await message.getByRole("toolbar").getByRole("button", { name: "반응 남기기", exact: true }).click();
    const picker = message.getByRole("group", { name: "이모지", exact: true });
    await picker.getByRole("searchbox").fill("축하");
    await picker.getByRole("gridcell").filter({ hasText: "🎉" }).click();
    await expect(minsu.reaction("금요일에 만나요", "🎉")).toHaveText("🎉 1");
    await expect(picker).toHaveCount(0);
    expect(await violations(minsu.page)).toEqual([]);

    await sora.withMessage("금요일에 만나요", "Who reacted");
    const who = await sora.dialog("Who reacted");
    await expect(who.getByRole("listitem")).toHaveText([/민수$/]);
    expect(await violations(sora.page)).toEqual([]);
  });
});

test.describe("editing", () => {
  test("what is edited changes for both, says so, and its author sees what it said", async ({ browsers }) => {
    const sora = await browsers.arrive("소라");
    const minsu = await browsers.arrive("민수");
    await minsu.write("내일 봐요");
    await minsu.write("잘 자요");
    await expect(sora.message("내일 봐요")).toBeVisible();
    await minsu.withMessage("내일 봐요", "Edit");
    await expect(minsu.editField).toBeFocused();
    await expect(minsu.editField).toHaveValue("내일 봐요");
    expect(await violations(minsu.page)).toEqual([]);
    await minsu.editField.fill("모레 봐요");
    await minsu.editField.press("Enter");
    for (const one of [sora, minsu]) {
      await expect(one.drawn).toHaveText(["모레 봐요", "잘 자요"]);
      await expect(one.message("모레 봐요").locator(".edited")).toHaveText("(edited)");
    }
    await expect(minsu.composer).toBeFocused();
    await minsu.withMessage("모레 봐요", "What it said before");
    const versions = await minsu.dialog("What it said before");
    await expect(versions.locator(".message-text")).toHaveText(["내일 봐요"]);
    expect(await violations(minsu.page)).toEqual([]);
    await minsu.page.keyboard.press("Escape");
    await sora.message("모레 봐요").hover();
    await sora.message("모레 봐요").getByRole("button", { name: "More", exact: true }).click();
    const menu = sora.message("모레 봐요").getByRole("group", { name: "More" });
    await expect(menu.getByRole("button")).toHaveText(["Reply", "Copy the text", "Copy the link", "Mark as unread from here"]);
  });

  test("the arrow up leads into the last own message, Escape leaves it as it was", async ({ browsers }) => {
    const sora = await browsers.arrive("소라");
    const minsu = await browsers.arrive("민수");
    await minsu.write("one");
    await minsu.write("two");
    await sora.write("three");
    await expect(minsu.drawn).toHaveCount(3);
    await minsu.composer.press("ArrowUp");
    await expect(minsu.editField).toHaveValue("two");
    await minsu.editField.fill("not this");
    await minsu.editField.press("Escape");
    await expect(minsu.composer).toBeFocused();
    await minsu.toShow(["one", "two", "three"]);
    await minsu.composer.fill("half");
    await minsu.composer.press("ArrowUp");
    await expect(minsu.editField, "in a text it moves the caret").toHaveCount(0);
  });

  test("who edits another while one is half written is led back into that", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    await minsu.write("하나");
    await minsu.write("둘");
    await minsu.withMessage("하나", "Edit");
    await minsu.editField.fill("하나 반");
    await minsu.withMessage("둘", "Edit");
    await expect(minsu.message("둘")).toBeVisible();
    await expect(minsu.articles.first(), "it is shown where that is").toHaveClass(/\blit\b/);
    await expect(minsu.editField).toBeFocused();
    await expect(minsu.editField).toHaveValue("하나 반");
    await minsu.page.keyboard.press("Enter");
    await expect(minsu.message("하나 반")).toBeVisible();
  });

  test("Hangul is whole, and Enter in the middle of a syllable saves once", async ({ browsers }) => {
    const sora = await browsers.arrive("소라");
    const minsu = await browsers.arrive("민수");
    const ime = await InputMethod.of(minsu.page);
    for (const enter of ["enter", "enterToldTwice", "enterAfterTheEnd"] as const) {
      await minsu.write(`안녕 ${enter}`);
      await expect(minsu.pending).toHaveCount(0);
      await minsu.composer.press("ArrowUp");
      await expect(minsu.editField).toBeFocused();
      await minsu.editField.fill("");
      await ime.typeHangul("반갑습니다");
      await expect(minsu.editField).toHaveValue("반갑습니다");
      await ime[enter]("다");
      await expect(minsu.editField).toHaveCount(0);
      await expect(sora.drawn.last()).toHaveText("반갑습니다");
    }
    await expect(minsu.drawn).toHaveText(["반갑습니다", "반갑습니다", "반갑습니다"]);
  });

  test("what is not taken stays in the field, with the reason", async ({ browsers, line }) => {
    const minsu = await browsers.arrive("민수", { at: line.url });
    await minsu.write("first");
    await minsu.toShow(["first"]);
    await minsu.withMessage("first", "Edit");
    await minsu.editField.fill("가".repeat(4_001));
    await minsu.editField.press("Enter");
    await expect(minsu.log.getByRole("alert")).toHaveText("It is too long: at most 4000 characters.");
    await minsu.editField.fill("second");
    line.cut();
    await minsu.editField.press("Enter");
    await expect(minsu.log.getByRole("alert")).toHaveText("The server did not answer. Try again.");
    await expect(minsu.editField).toHaveValue("second");
    line.mend();
    await minsu.log.getByRole("button", { name: "Save" }).click();
    await expect(minsu.editField).toHaveCount(0);
    await minsu.toShow(["second"]);
  });
});

test.describe("answers", () => {
  test("an answer quotes, survives a reload, and leads back to what it answers", async ({ browsers, client }) => {
    const sora = await client("소라");
    const minsu = await browsers.arrive("민수");
    const jiyeong = await browsers.arrive("지영");
    await sora.post("누가 올래요?");
    await minsu.withMessage("누가 올래요?", "Reply");
    await expect(minsu.answering).toContainText("누가 올래요?");
    await expect(minsu.composer).toBeFocused();
    await minsu.composer.fill("저");
    await minsu.reload();
    await expect(minsu.answering).toContainText("소라");
    await expect(minsu.composer).toHaveValue("저");
    expect(await violations(minsu.page)).toEqual([]);
    await minsu.composer.press("Enter");
    await expect(minsu.answering).toHaveCount(0);
    const answer = jiyeong.message("저").locator("button.quote");
    await expect(answer).toHaveText("소라누가 올래요?");
    const seq = await jiyeong.message("저").getAttribute("data-seq");

    await sora.postAll(Array.from({ length: 600 }, (_, index) => `line ${index}`));
    await expect(jiyeong.message("line 599")).toBeVisible();
    await expect(jiyeong.message("저")).toHaveCount(0);
    const later = await browsers.arrive("하은");
    await later.page.goto(`/r/${LOBBY}/${seq}`);
    await expect(later.message("저")).toBeInViewport();
    await later.message("저").locator("button.quote").click();
    await expect(later.message("누가 올래요?")).toBeInViewport();
    await expect(later.message("누가 올래요?")).toBeFocused();
  });

  test("Escape takes the answer away, and the cross too", async ({ browsers, client }) => {
    const sora = await client("소라");
    const minsu = await browsers.arrive("민수");
    await sora.post("hello");
    await minsu.withMessage("hello", "Reply");
    await expect(minsu.answering).toBeVisible();
    await minsu.composer.press("Escape");
    await expect(minsu.answering).toHaveCount(0);
    await minsu.withMessage("hello", "Reply");
    await minsu.page.getByRole("button", { name: "Do not reply" }).click();
    await expect(minsu.answering).toHaveCount(0);
    await expect(minsu.composer).toBeFocused();
    await minsu.write("plain");
    await expect(minsu.message("plain").locator(".quote")).toHaveCount(0);
  });

  test("what is quoted follows what is edited and deleted", async ({ browsers }) => {
    const sora = await browsers.arrive("소라");
    const minsu = await browsers.arrive("민수");
    await sora.write("before");
    await minsu.withMessage("before", "Reply");
    await minsu.write("answer");
    await expect(sora.message("answer").locator(".quote-text")).toHaveText("before");
    await sora.withMessage("before", "Edit");
    await sora.editField.fill("after");
    await sora.editField.press("Enter");
    await expect(minsu.message("answer").locator(".quote-text")).toHaveText("after");
    const sure = await sora.askToDelete("after");
    await sure.getByRole("button", { name: "Delete" }).click();
    await expect(minsu.message("answer").locator(".quote-text")).toHaveText("This message was deleted");
  });
});

test.describe("places", () => {
  test("a link leads to an old message, also through the door, and back again", async ({ browsers, client, maru }) => {
    const sora = await client("소라");
    const [old] = await sora.postAll(Array.from({ length: 900 }, (_, index) => `line ${index}`));
    const place = `/r/${LOBBY}/${old!.seq + 300}`;
    const door = await browsers.knock(place);
    await door.name.fill("민수");
    await door.name.press("Enter");
    const minsu = new ChatPage(door.page, texts.en);
    await expect(minsu.message("line 300")).toBeInViewport();
    expect(new URL(minsu.page.url()).pathname).toBe(place);
    await expect(minsu.jump).toBeVisible();

    // Newer pages join until the newest is there.
    await minsu.jump.click();
    await expect(minsu.message("line 899")).toBeInViewport();
    await sora.post(`see ${maru.url}/r/${LOBBY}/${old!.seq + 20}`);
    await minsu.log.getByRole("link").click();
    await expect(minsu.message("line 20")).toBeInViewport();
    await minsu.page.goBack();
    await expect(minsu.message("line 300")).toBeInViewport();
    await minsu.enter("Lobby");
    await expect(minsu.jump).toBeHidden();
    expect(new URL(minsu.page.url()).pathname).toBe("/");
    await sora.post("and on");
    await expect(minsu.message("and on")).toBeInViewport();
  });

  test("who reads in the past comes to the newest by scrolling", async ({ browsers, client }) => {
    const sora = await client("소라");
    const [old] = await sora.postAll(Array.from({ length: 500 }, (_, index) => `line ${index}`));
    const minsu = await browsers.arrive("민수");
    await minsu.page.goto(`/r/${LOBBY}/${old!.seq + 50}`);
    await expect(minsu.message("line 50")).toBeInViewport();
    const last = await sora.post("new");
    const walk = await scrollTo(minsu, last.seq);
    expect(walk).toMatchObject({ jumps: [], blank: 0 });
    await minsu.log.press("End");
    await expect(minsu.message("new")).toBeInViewport();
  });

  test("text and link are copied", async ({ browsers, client, maru }) => {
    const sora = await client("소라");
    const minsu = await browsers.arrive("민수", { permissions: ["clipboard-read", "clipboard-write"] });
    const event = await sora.post("**굵게** 쓴 글");
    const first = minsu.articles.first();
    const clipboard = () => minsu.page.evaluate(() => navigator.clipboard.readText());
    for (const [what, copied] of [
      ["Copy the text", "**굵게** 쓴 글"],
      ["Copy the link", `${maru.url}/r/${LOBBY}/${event.seq}`],
    ] as const) {
      await first.hover();
      await first.getByRole("button", { name: "More", exact: true }).click();
      await first.getByRole("group", { name: "More" }).getByRole("button", { name: what }).click();
      await expect(minsu.page.getByText("Copied.")).toBeVisible();
      expect(await clipboard()).toBe(copied);
    }
  });
});

test("what is pinned is said, listed, led to and unpinned", async ({ browsers, client }) => {
  const owner = await browsers.own("주인");
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수", { language: "ko" });
  await sora.post("와이파이: `hello1234`");
  await owner.withMessage("와이파이: hello1234", "Pin");
  for (const one of [owner, minsu]) {
    await expect(one.message("와이파이: hello1234").locator(".pinned")).toBeVisible();
  }
  await expect(owner.notices.last()).toHaveText("주인 pinned a message");
  await sora.postAll(Array.from({ length: 400 }, (_, index) => `line ${index}`));
  await expect(minsu.message("line 399")).toBeVisible();
  await minsu.page.getByRole("button", { name: "고정한 메시지" }).click();
  const pins = await minsu.dialog("고정한 메시지");
  await expect(pins.locator(".pin")).toContainText(["와이파이: hello1234"]);
  await expect(pins.locator(".pin code")).toHaveText("hello1234");
  await expect(pins.getByRole("button", { name: "고정 풀기" })).toHaveCount(0);
  expect(await violations(minsu.page)).toEqual([]);
  await pins.getByRole("button", { name: "대화에서 보기" }).click();
  await expect(pins).toBeHidden();
  await expect(minsu.message("와이파이: hello1234")).toBeInViewport();

  await owner.page.getByRole("button", { name: "Pinned messages" }).click();
  const own = await owner.dialog("Pinned messages");
  await own.getByRole("button", { name: "Unpin" }).click();
  await expect(own.locator(".pin")).toHaveCount(0);
  await expect(own).toContainText("Nothing is pinned here yet.");
  await expect(minsu.message("와이파이: hello1234").locator(".pinned")).toHaveCount(0);
});

test("a menu that goes with its message keeps the bar from no other", async ({ browsers, client }) => {
  const sora = await client("소라");
  await sora.makeRoom("산책");
  const minsu = await browsers.arrive("민수");
  await minsu.join("산책");
  await minsu.write("여기");
  await minsu.enter("Lobby");
  await minsu.write("하나");
  await minsu.write("둘");
  const more = (text: string) => minsu.message(text).getByRole("toolbar").getByRole("button", { name: "More", exact: true });

  await minsu.message("하나").hover();
  await more("하나").click();
  await expect(minsu.message("하나").getByRole("group", { name: "More" })).toBeVisible();
  await more("하나").click();
  await expect(minsu.message("하나").getByRole("group", { name: "More" }), "its own button closes it").toHaveCount(0);
  await more("하나").click();
  await expect(minsu.message("하나").getByRole("group", { name: "More" })).toBeVisible();
  await minsu.page.goBack();
  await expect(minsu.title("산책")).toBeVisible();
  await minsu.message("여기").hover();
  await more("여기").click();
  await expect(minsu.message("여기").getByRole("group", { name: "More" })).toBeVisible();
});

test("all of it by keys", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  const { keyboard } = minsu.page;
  await sora.post("theirs");
  await minsu.write("mine");
  await minsu.toShow(["theirs", "mine"]);
  await minsu.log.focus();
  await keyboard.press("ArrowUp");
  await expect(minsu.message("mine")).toBeFocused();
  await keyboard.press("ArrowUp");
  const theirs = minsu.message("theirs");
  await expect(theirs).toBeFocused();
  await keyboard.press("r");
  await expect(minsu.answering).toContainText("theirs");
  await expect(minsu.composer).toBeFocused();
  await expect(minsu.composer).toHaveValue("");
  await keyboard.press("Escape");

  await theirs.focus();
  await keyboard.press("Tab");
  await expect(theirs.getByRole("toolbar").getByRole("button").first()).toBeFocused();
  await keyboard.press("Enter");
  await expect(minsu.reaction("theirs", "👍")).toHaveText("👍 1");
  await keyboard.press("ArrowLeft");
  await expect(theirs.getByRole("toolbar").getByRole("button", { name: "More", exact: true })).toBeFocused();
  await keyboard.press("Escape");
  await expect(theirs).toBeFocused();
  await keyboard.press("+");
  const picker = theirs.getByRole("group", { name: "More" });
  await expect(picker.getByRole("searchbox")).toBeFocused();
  await keyboard.press("Escape");
  await expect(picker, "Escape closes what lies beside the bar").toHaveCount(0);
  await expect(theirs.getByRole("toolbar").getByRole("button", { name: "Add a reaction" })).toBeFocused();

  await minsu.message("mine").focus();
  await keyboard.press("e");
  await expect(minsu.editField).toBeFocused();
  await expect(minsu.editField).toHaveValue("mine");
  await keyboard.press("Escape");
  await minsu.message("mine").focus();
  await keyboard.press("Delete");
  await (await minsu.dialog("Delete the message")).getByRole("button", { name: "Delete" }).click();
  await minsu.toShow(["theirs"]);
  await theirs.focus();
  await keyboard.press("ArrowDown");
  await expect(minsu.composer).toBeFocused();
});

test.describe("with a finger", () => {
  /** Puts a finger down on this; gives what lifts it. */
  async function hold(touch: CDPSession, target: Locator): Promise<() => Promise<void>> {
    const box = (await target.boundingBox())!;
    const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
    return async () => {
      await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    };
  }

  test("a message that is held shows what one can do with it", async ({ browsers, client }) => {
    const sora = await client("소라");
    const viewport = { width: 360, height: 740 };
    const minsu = await browsers.arrive("민수", { language: "ko", viewport, hasTouch: true, isMobile: true });
    await sora.post("길게 눌러 보세요");
    const touch = await minsu.page.context().newCDPSession(minsu.page);
    let lift = await hold(touch, minsu.message("길게 눌러 보세요").locator(".message-text"));
    const sheet = await minsu.dialog("메시지");
    await lift();
    await expect(sheet).toBeVisible();
    expect(await violations(minsu.page)).toEqual([]);
    for (const button of await sheet.getByRole("button").all()) {
      const { height } = (await button.boundingBox())!;
      expect(height).toBeGreaterThanOrEqual(44);
    }
    await sheet.getByRole("button", { name: "👍" }).tap();
    await expect(sheet).toBeHidden();
    const chip = minsu.reaction("길게 눌러 보세요", "👍");
    await expect(chip).toHaveText("👍 1");

    lift = await hold(touch, chip);
    await expect(await minsu.dialog("반응한 사람")).toContainText("민수");
    await lift();
    await minsu.page.keyboard.press("Escape");
    await expect(chip, "a held chip is not pressed").toHaveText("👍 1");

    lift = await hold(touch, minsu.message("길게 눌러 보세요").locator(".message-text"));
    await minsu.dialog("메시지");
    await lift();
    await sheet.getByRole("button", { name: "답장" }).tap();
    await expect(minsu.answering).toContainText("길게 눌러 보세요");
    await expect(minsu.composer).toBeFocused();
  });
});
