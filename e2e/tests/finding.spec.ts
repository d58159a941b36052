import { GoToDialog, SearchDialog } from "../pages/finding.ts";
import { violations } from "../support/axe.ts";
import { InputMethod } from "../support/ime.ts";
import { type ChatPage, expect, REFUSED, test, UNHURRIED } from "../support/test.ts";

const goTo = ({ page, texts }: ChatPage) => new GoToDialog(page, texts);
const search = ({ page, texts }: ChatPage) => new SearchDialog(page, texts);

test.describe("going to a room or a person by name", () => {
  test("first consonants find a room while they are composed, and Enter opens it once", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수", { language: "ko" });
    for (const room of ["산책", "주간 회의", "회의"]) {
      await minsu.newRoom.make(room);
      await expect(minsu.title(room)).toBeVisible();
    }
    await minsu.enter("산책");
    const dialog = goTo(minsu);
    await dialog.open();
    const ime = await InputMethod.of(minsu.page);
    await ime.compose("ㅎ");
    await expect(dialog.names).toHaveText(["회의", "주간 회의"]);
    await ime.commit("ㅎ");
    await ime.compose("ㅇ");
    await expect(dialog.names).toHaveText(["회의", "주간 회의"]);
    await expect(dialog.names.locator("mark")).toHaveText(["회의", "회의"]);
    await dialog.toHaveChosen("회의");
    expect(await violations(minsu.page)).toEqual([]);

    await ime.enterToldTwice("ㅇ");
    await expect(dialog.dialog).toBeHidden();
    await expect(minsu.title("회의")).toBeVisible();
    await expect(minsu.composer, "one writes at once").toBeFocused();
    await expect(minsu.composer, "and nothing of it got there").toHaveValue("");
    await expect(minsu.articles).toHaveCount(0);
  });

  test("at every key of a name, and by the arrow that ends a syllable", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수", { language: "ko" });
    for (const room of ["회의실", "회의"]) {
      await minsu.newRoom.make(room);
      await expect(minsu.title(room)).toBeVisible();
    }
    await minsu.enter("로비");
    const dialog = goTo(minsu);
    await dialog.open();
    const ime = await InputMethod.of(minsu.page);
    for (const form of ["ㅎ", "호", "회", "횡"]) {
      await ime.form(form);
      await expect(dialog.names, form).toHaveText(["회의", "회의실"]);
    }
    await ime.form("의", "회");
    await expect(dialog.names).toHaveText(["회의", "회의실"]);
    await dialog.toHaveChosen("회의");
    await ime.arrowDown("의");
    await dialog.toHaveChosen("회의실");
    await minsu.page.keyboard.press("Enter");
    await expect(minsu.title("회의실")).toBeVisible();
  });

  test("recent rooms first, unread ones next, and arrows go around", async ({ browsers, client }) => {
    const minsu = await browsers.arrive("Minsu");
    for (const room of ["one", "two", "three"]) {
      await minsu.newRoom.make(room);
      await expect(minsu.title(room)).toBeVisible();
    }
    const sora = await client("Sora");
    await minsu.reload();
    await sora.postAll(["hello", "anybody?"]);
    await expect(minsu.unread("Lobby")).toHaveText("2");
    await minsu.enter("one");
    await minsu.enter("two");

    const dialog = goTo(minsu);
    await dialog.open();
    await expect(dialog.names).toHaveText(["one", "three", "two", "Lobby"]);
    await expect(dialog.options.filter({ hasText: "Lobby" })).toContainText("2 unread messages");
    await dialog.toHaveChosen("one");
    await minsu.page.keyboard.press("ArrowUp");
    await dialog.toHaveChosen("Lobby");
    await minsu.page.keyboard.press("ArrowDown");
    await dialog.toHaveChosen("one");
    await minsu.page.keyboard.press("Control+k");
    await expect(dialog.dialog, "the same key closes it").toBeHidden();
    await expect(minsu.composer).toBeFocused();

    await dialog.open();
    await dialog.field.fill("no such room");
    await expect(dialog.dialog.getByRole("status")).toHaveText("There is no room and nobody of that name.");
    await minsu.page.keyboard.press("Enter");
    await expect(dialog.dialog).toBeVisible();
    await dialog.field.fill("THR");
    await dialog.toHaveChosen("three");
    await dialog.chosen.click();
    await expect(minsu.title("three")).toBeVisible();
  });

  test("somebody by name, whom one talks to then; a public room that one may join", async ({ browsers, client }) => {
    const jiyeong = await client("지영");
    await jiyeong.makeRoom("독서");
    const minsu = await browsers.arrive("민수", { language: "ko" });
    const dialog = goTo(minsu);
    await dialog.open();
    await dialog.field.fill("ㅈㅇ");
    await expect(dialog.names).toHaveText(["지영"]);
    await minsu.page.keyboard.press("Enter");
    await expect(minsu.title("지영")).toBeVisible();
    await minsu.write("안녕하세요");

    await dialog.open();
    await dialog.field.fill("지영");
    await expect(dialog.names, "not twice").toHaveText(["지영"]);
    await dialog.field.fill("ㄷㅅ");
    await expect(dialog.options).toHaveText([/독서.*참여하지 않은 방/]);
    await minsu.page.keyboard.press("Enter");
    await expect(minsu.page.getByText("아직 이 방에 참여하지 않았어요")).toBeVisible();
    await minsu.page.getByRole("button", { name: "참여", exact: true }).click();
    await expect(minsu.title("독서")).toBeVisible();
  });

  test("never while a syllable is composed, nor over another dialog", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수", { language: "ko" });
    const dialog = goTo(minsu);
    await minsu.composer.focus();
    const ime = await InputMethod.of(minsu.page);
    await ime.typeHangul("안");
    await ime.processed("KeyK", 2);
    await expect(dialog.dialog).toBeHidden();
    await ime.commit("안");
    await expect(minsu.composer).toHaveValue("안");

    const settings = await minsu.settings();
    await minsu.page.keyboard.press("Control+k");
    await expect(settings).toBeVisible();
    await expect(dialog.dialog).toBeHidden();
    await minsu.page.keyboard.press("Escape");
    await dialog.open();
  });
});

test.describe("searching", () => {
  test("two syllables find a message, and it leads to its place", async ({ browsers, client }) => {
    const sora = await client("소라");
    await sora.postAll(["서울에서 만나요", "부산도 좋아요", "일요일은 어때요"]);
    const room = await sora.makeRoom("여행");
    const minsu = await browsers.arrive("민수", { language: "ko" });
    await minsu.join("여행");
    await sora.post("부산 말고 서울로 갑시다", room.id);
    await expect(minsu.message("부산 말고 서울로 갑시다")).toBeVisible();

    const dialog = search(minsu);
    await dialog.open();
    const ime = await InputMethod.of(minsu.page);
    await ime.typeHangul("서울");
    await expect(dialog.texts, "while it is composed").toHaveCount(2);
    await expect(dialog.marks).toHaveText(["서울", "서울"]);
    await expect(dialog.said).toHaveText("2개를 찾았어요");
    const hit = dialog.hits.filter({ hasText: "만나요" });
    await expect(hit).toContainText("소라");
    await expect(hit).toContainText("로비");
    expect(await violations(minsu.page)).toEqual([]);
    await ime.commit("울");

    await hit.click();
    await expect(dialog.dialog).toBeHidden();
    await expect(minsu.title("로비")).toBeVisible();
    await expect(minsu.message("서울에서 만나요")).toBeVisible();
    await expect(minsu.page).toHaveURL(/\/r\/00000000-0000-0000-0000-000000000001\/2$/);
    await minsu.reload();
    await expect(minsu.title("로비"), "the address is good for later").toBeVisible();
  });

  test("by the keyboard alone, from the first key to the place", async ({ browsers, client }) => {
    const sora = await client("Sora");
    await sora.postAll(["apples are ripe", "an apple a day", "pears"]);
    const minsu = await browsers.arrive("Minsu");
    await minsu.toShow(["apples are ripe", "an apple a day", "pears"]);
    const { page } = minsu;
    await minsu.newRoom.make("elsewhere");
    await expect(minsu.title("elsewhere")).toBeVisible();
    await page.getByRole("button", { name: minsu.texts.settings }).focus();
    await page.keyboard.press("/");
    const dialog = search(minsu);
    await expect(dialog.field).toBeFocused();
    await page.keyboard.type("apple");
    await expect(dialog.hits).toHaveCount(2);
    await page.keyboard.press("ArrowDown");
    await expect(dialog.hits.nth(0)).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(dialog.hits.nth(1)).toBeFocused();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await expect(dialog.field).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(dialog.dialog).toBeHidden();
    await expect(minsu.title("Lobby")).toBeVisible();
    await expect(page).toHaveURL(/\/r\/[0-9a-f-]{36}\/\d+$/);

    await minsu.composer.focus();
    await page.keyboard.type("1/2?");
    await expect(minsu.composer, "where one writes, they are letters").toHaveValue("1/2?");
    await expect(dialog.dialog).toBeHidden();
  });

  test("filters narrow it, by their buttons and as they are typed", async ({ browsers, client }) => {
    const sora = await client("Sora");
    const walks = await sora.makeRoom("long walks");
    const minsu = await browsers.arrive("Minsu");
    await minsu.join("long walks");
    await sora.post("seven at the lake", walks.id);
    await minsu.write("seven is early");
    await minsu.enter("Lobby");
    await sora.post("seven swans https://example.org");
    await expect(minsu.message("seven swans https://example.org")).toBeVisible();
    await minsu.enter("long walks");

    const dialog = search(minsu);
    await dialog.open();
    await dialog.seek("seven");
    await expect(dialog.hits).toHaveCount(3);
    await dialog.dialog.getByRole("button", { name: "Only this room" }).click();
    await expect(dialog.field).toHaveValue('seven in:"long walks" ');
    await expect(dialog.field).toBeFocused();
    await expect(dialog.hits).toHaveCount(2);
    await dialog.dialog.getByRole("button", { name: "from:", exact: true }).click();
    await minsu.page.keyboard.type("minsu");
    await expect(dialog.texts).toHaveText(["seven is early"]);
    await dialog.seek("has:link");
    await expect(dialog.texts).toHaveText(["seven swans https://example.org"]);
    await dialog.seek("seven before:2020-01-01");
    await expect(dialog.said).toContainText("No message says that");
    await dialog.seek("seven after:2020");
    await expect(dialog.hits).toHaveCount(3);
    await dialog.dialog.getByRole("radio", { name: "Newest first" }).check();
    await expect(dialog.texts.first()).toContainText("seven swans");
    await dialog.field.fill("");
    await expect(dialog.hits).toHaveCount(0);
    await expect(dialog.dialog.getByText("Ways to narrow it down")).toBeVisible();
    expect(await violations(minsu.page)).toEqual([]);
  });

  test.describe("what is no search", () => {
    test.use({ provoked: REFUSED });

    test("says so, and goes on when it is one", async ({ browsers }) => {
      const minsu = await browsers.arrive("민수", { language: "ko" });
      await minsu.write("토마토");
      const dialog = search(minsu);
      await dialog.open();
      await dialog.seek("포함:고래");
      await expect(dialog.said).toContainText("이렇게는 찾을 수 없어요");
      await dialog.seek("토마");
      await expect(dialog.marks).toHaveText(["토마"]);
    });
  });

  test("what is said in a private room is found by those in it, and by nobody else", async ({ browsers }) => {
    const minsu = await browsers.arrive("Minsu");
    const jiyeong = await browsers.arrive("Jiyeong");
    await minsu.newRoom.make("secret plans", { isPrivate: true });
    await expect(minsu.title("secret plans")).toBeVisible();
    await minsu.write("the treasure is under the oak");
    await minsu.toShow(["the treasure is under the oak"]);
    const mine = search(minsu);
    await mine.open();
    await mine.seek("treasure");
    await expect(mine.marks).toHaveText(["treasure"]);

    const theirs = search(jiyeong);
    await theirs.open();
    await theirs.seek("treasure");
    await expect(theirs.said).toContainText("No message says that");
    await jiyeong.page.keyboard.press("Escape");
    const to = goTo(jiyeong);
    await to.open();
    await to.field.fill("secret");
    await expect(to.options).toHaveCount(0);
  });

  test.describe("of many", () => {
    test.use({ flags: UNHURRIED });

    test("a hit leads to its place, however old", async ({ browsers, client }) => {
      const sora = await client("소라");
      await sora.post("첫눈이 왔어요");
      await sora.postAll(Array.from({ length: 600 }, (_, n) => `그다음 ${n}`));
      const minsu = await browsers.arrive("민수", { language: "ko" });
      await expect(minsu.message("그다음 599")).toBeVisible();
      const dialog = search(minsu);
      await dialog.open();
      await dialog.seek("첫눈");
      await expect(dialog.marks).toHaveText(["첫눈"]);
      await minsu.page.keyboard.press("ArrowDown");
      await minsu.page.keyboard.press("Enter");
      await expect(minsu.message("첫눈이 왔어요")).toBeInViewport();
      await expect(minsu.page).toHaveURL(/\/r\/[0-9a-f-]{36}\/2$/);
    });

    test("a page is shown at a time; the newest first when that is wished for", async ({ browsers, client }) => {
      const sora = await client("Sora");
      await sora.postAll(Array.from({ length: 45 }, (_, n) => `drop ${n + 1} ${"in the ocean of words ".repeat(20)}`));
      const minsu = await browsers.arrive("Minsu");
      const dialog = search(minsu);
      await dialog.open();
      await dialog.seek("drop");
      await expect(dialog.said).toHaveText("More than 20 found");
      await dialog.dialog.getByRole("radio", { name: "Newest first" }).check();
      await expect(dialog.texts.first()).toHaveText(/^drop 45 in the ocean.*…$/);
      const more = dialog.dialog.getByRole("button", { name: "Show more" });
      await more.click();
      await expect(dialog.hits).toHaveCount(40);
      await expect(dialog.hits.nth(20)).toBeFocused();
      await more.click();
      await expect(dialog.hits).toHaveCount(45);
      await expect(dialog.said).toHaveText("45 messages found");
      await expect(more).toBeHidden();
    });
  });

  test("on a phone it takes the whole screen", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수", { language: "ko", viewport: { width: 360, height: 740 }, hasTouch: true });
    await minsu.openRooms();
    await minsu.page.getByRole("button", { name: minsu.texts.search, exact: true }).click();
    const dialog = search(minsu);
    await expect(dialog.field).toBeVisible();
    expect(await dialog.dialog.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 740 });
    expect(await violations(minsu.page)).toEqual([]);
  });
});

test.describe("keys", () => {
  test("lead along the list of rooms, and to what is unread", async ({ browsers, client }) => {
    const minsu = await browsers.arrive("Minsu");
    for (const room of ["one", "two", "three"]) {
      await minsu.newRoom.make(room);
      await expect(minsu.title(room)).toBeVisible();
    }
    const { page } = minsu;
    await minsu.composer.fill("half");
    await page.keyboard.press("Alt+ArrowUp");
    await expect(minsu.title("two")).toBeVisible();
    await page.keyboard.press("Alt+ArrowDown");
    await expect(minsu.title("three")).toBeVisible();
    await expect(minsu.composer, "what was half written is still there").toHaveValue("half");
    await minsu.composer.fill("mine");
    await page.keyboard.press("Enter");
    await minsu.toShow(["mine"]);
    await page.keyboard.press("Alt+ArrowUp");
    await expect(minsu.title("two"), "in an empty field, too").toBeVisible();
    await page.keyboard.press("Alt+ArrowDown");
    await expect(minsu.title("three")).toBeVisible();
    await page.keyboard.press("Alt+ArrowDown");
    await expect(minsu.title("Lobby"), "around").toBeVisible();
    await minsu.enter("two");
    await (await client("Sora")).post("hello");
    await expect(minsu.unread("Lobby")).toHaveText("1");
    await page.keyboard.press("Alt+Shift+ArrowDown");
    await expect(minsu.title("Lobby")).toBeVisible();
    await expect(minsu.message("hello")).toBeVisible();
    await expect(minsu.unread("Lobby")).toHaveCount(0);
    await page.keyboard.press("Alt+Shift+ArrowDown");
    await expect(minsu.title("Lobby"), "nothing else is unread").toBeVisible();
  });

  for (const language of ["ko", "en"] as const) {
    test(`a sheet tells of all of them (${language})`, async ({ browsers }) => {
      const minsu = await browsers.arrive("민수", { language });
      const { page, texts } = minsu;
      await page.getByRole("button", { name: texts.settings }).focus();
      await page.keyboard.press("?");
      const dialog = page.getByRole("dialog", { name: texts.keys });
      await expect(dialog.getByRole("definition").first()).toHaveText(/^Ctrl\s*K$/);
      await expect(dialog.getByRole("heading", { level: 3 })).toHaveCount(5);
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("?");
      await expect(dialog).toBeHidden();

      const settings = await minsu.settings();
      await settings.getByRole("button", { name: language === "ko" ? "단축키 보기" : "Keyboard shortcuts" }).click();
      await expect(settings).toBeHidden();
      await expect(dialog).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
    });
  }
});
