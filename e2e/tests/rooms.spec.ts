import { scrollTo } from "../support/reading.ts";
import { expect, REFUSED, test, UNHURRIED } from "../support/test.ts";

test("a room that one makes, another finds and joins, and both talk there", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  const before = await jiyeong.browse();
  await expect(jiyeong.listed(before, "산책")).toHaveCount(0);

  await minsu.newRoom.make("산책");
  await expect(minsu.room("산책")).toHaveAttribute("aria-current", "page");
  await expect(minsu.page).toHaveURL(/\/r\/[0-9a-f-]{36}$/);
  await expect(jiyeong.listed(before, "산책"), "told while the list is open").toHaveCount(1);

  await jiyeong.listed(before, "산책").getByRole("button", { name: "Join" }).click();
  await expect(before).toBeHidden();
  await expect(jiyeong.room("산책")).toHaveAttribute("aria-current", "page");
  await minsu.write("가을이네요");
  await expect(jiyeong.message("가을이네요")).toBeVisible();
  await jiyeong.write("걸읍시다");
  await minsu.toShow(["가을이네요", "걸읍시다"]);

  const after = await jiyeong.browse();
  await expect(jiyeong.listed(after, "산책")).toContainText("2");
  await expect(jiyeong.listed(after, "산책").getByRole("button", { name: "Open" })).toBeVisible();
});

test("what is new elsewhere is counted, and not when it is one's own", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  await minsu.newRoom.make("elsewhere");
  await expect(minsu.room("elsewhere")).toHaveAttribute("aria-current", "page");
  await expect(minsu.unread("Lobby")).toHaveCount(0);

  await sora.postAll(["one", "two"]);
  await expect(minsu.unread("Lobby")).toHaveText("2");
  await sora.post("three");
  await expect(minsu.unread("Lobby")).toHaveText("3");
  await minsu.reload();
  await expect(minsu.unread("Lobby"), "kept over a reload").toHaveText("3");

  await minsu.enter("Lobby");
  await minsu.toShow(["one", "two", "three"]);
  await expect(minsu.unread("Lobby")).toHaveCount(0);
  await minsu.write("mine");
  await minsu.enter("elsewhere");
  await expect(minsu.unread("Lobby")).toHaveCount(0);
});

test.describe("a name that cannot be had", () => {
  test.use({ provoked: REFUSED });

  test("is refused in the dialog, and what was typed stays", async ({ browsers, client }) => {
    const sora = await client("소라");
    await sora.makeRoom("Walks");
    const minsu = await browsers.arrive("민수");
    const { newRoom } = minsu;
    for (const name of ["ｗａｌｋｓ", "LOBBY", "x".repeat(33), "a\u202Eb"]) {
      if (!(await newRoom.dialog.isVisible())) await newRoom.open();
      await newRoom.name.fill(name);
      await newRoom.create.click();
      await expect(newRoom.refusal).toBeVisible();
      await expect(newRoom.refusal).not.toBeEmpty();
      await expect(newRoom.name).toHaveValue(name);
    }
    await newRoom.name.fill("walks, too");
    await newRoom.create.click();
    await expect(minsu.room("walks, too")).toHaveAttribute("aria-current", "page");
    await expect(minsu.rooms.getByRole("link")).toHaveCount(2);
  });
});

test("an address leads to its room, and back leads back", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  await sora.post("in the lobby");
  await minsu.toShow(["in the lobby"]);
  await minsu.newRoom.make("deep");
  await expect(minsu.room("deep")).toHaveAttribute("aria-current", "page");
  await minsu.write("down here");
  const address = minsu.page.url();

  await minsu.page.goBack();
  await expect(minsu.room("Lobby")).toHaveAttribute("aria-current", "page");
  await minsu.toShow(["in the lobby"]);
  await minsu.page.goForward();
  await expect(minsu.room("deep")).toHaveAttribute("aria-current", "page");
  await minsu.toShow(["down here"]);

  await minsu.reload();
  expect(minsu.page.url()).toBe(address);
  await minsu.toShow(["down here"]);
});

test("what is half written stays with its room", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  await minsu.composer.pressSequentially("for the lobby");
  await minsu.newRoom.make("other");
  await expect(minsu.room("other")).toHaveAttribute("aria-current", "page");
  await expect(minsu.composer).toHaveValue("");
  await minsu.composer.pressSequentially("for the other");
  await minsu.enter("Lobby");
  await expect(minsu.composer).toHaveValue("for the lobby");
  await minsu.enter("other");
  await expect(minsu.composer).toHaveValue("for the other");
});

test("an address of a room that is none says so, and leads out", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  await minsu.page.goto("/r/01234567-89ab-4cde-8f01-23456789abcd");
  await expect(minsu.room("Lobby")).toBeVisible();
  await minsu.enter("Lobby");
  await minsu.write("found my way");
  await minsu.toShow(["found my way"]);
});

test.describe("a room that was left while one read far up", () => {
  test.use({ flags: UNHURRIED });

  test("opens where reading stopped, and goes on, after more than the page holds", async ({ browsers, client }) => {
    test.slow();
    const sora = await client("소라");
    const events = await sora.postAll(Array.from({ length: 120 }, (_, index) => `early ${index}`));
    const minsu = await browsers.arrive("민수");
    await scrollTo(minsu, events[0]!.seq);
    await minsu.newRoom.make("elsewhere");
    await expect(minsu.title("elsewhere")).toBeVisible();
    const late = await sora.postAll(Array.from({ length: 2100 }, (_, index) => `late ${index}`));
    await expect(minsu.unread("Lobby")).toHaveText("99+");

    await minsu.enter("Lobby");
    await expect(minsu.jump).toHaveText("2100 new messages");
    await minsu.write("here I am");
    await expect(minsu.message("here I am")).toBeInViewport();
    await expect(minsu.log.locator(`article[data-seq="${late.at(-1)!.seq}"]`)).toBeInViewport();
    await expect(minsu.unread("Lobby")).toHaveCount(0);
    await expect(minsu.jump).toBeHidden();
  });
});
