import { violations } from "../support/axe.ts";
import { expect, NETWORK_GONE, test, UNHURRIED } from "../support/test.ts";

test.use({ provoked: NETWORK_GONE, flags: UNHURRIED });

test("what is read in one browser is read in the other at once", async ({ browsers, client }) => {
  const sora = await client("소라");
  const desk = await browsers.arrive("민수");
  await desk.newRoom.make("산책");
  const phone = await browsers.again(desk);
  await phone.enter("산책");
  await desk.enter("산책");
  await sora.postAll(["one", "two", "three"]);
  await expect(desk.unread("Lobby")).toHaveText("3");
  await expect(phone.unread("Lobby")).toHaveText("3");
  await expect(phone.page).toHaveTitle("(3) Maru");

  await desk.enter("Lobby");
  await desk.toShow(["one", "two", "three"]);
  await expect(phone.unread("Lobby")).toHaveCount(0);
  await expect(phone.page).toHaveTitle("Maru");
});

test("what is new is counted by the server, however much of it is not held", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  await minsu.newRoom.make("elsewhere");
  await expect(minsu.title("elsewhere")).toBeVisible();
  await minsu.page.goto("about:blank");
  const events = await sora.postAll(Array.from({ length: 95 }, (_, index) => `${index}`));
  await Promise.all(events.slice(0, 5).map(({ seq }) => sora.delete(seq)));
  await minsu.page.goBack();
  await minsu.toBeReady();
  await expect(minsu.unread("Lobby")).toHaveText("90");
  await sora.delete(events[6]!.seq);
  await expect(minsu.unread("Lobby"), "one that is not held").toHaveText("89");
  await sora.post("and one");
  await expect(minsu.unread("Lobby")).toHaveText("90");
});

test("counts are right after the line was down, and what was read meanwhile is told", async ({ browsers, client, line, beside }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수", { at: line.url });
  const own = await beside(minsu);
  await minsu.newRoom.make("elsewhere");
  await expect(minsu.title("elsewhere")).toBeVisible();
  await sora.postAll(["one", "two"]);
  await expect(minsu.unread("Lobby")).toHaveText("2");

  line.cut();
  await expect(minsu.connection).toBeVisible();
  const [, four] = await sora.postAll(["three", "four", "five"]);
  own.read(four!.seq);
  // The next thing that is taken in is behind what was read.
  await own.post("mine");
  line.mend();
  await expect(minsu.connection).toBeHidden();
  await expect(minsu.unread("Lobby")).toHaveText("1");
  await minsu.enter("Lobby");
  await expect(minsu.message("five")).toBeInViewport();

  await minsu.enter("elsewhere");
  await sora.post("six");
  await expect(minsu.unread("Lobby")).toHaveText("1");
  line.cut();
  await expect(minsu.connection).toBeVisible();
  await minsu.enter("Lobby");
  await minsu.enter("elsewhere");
  line.mend();
  await expect(minsu.connection).toBeHidden();
  await expect(minsu.unread("Lobby"), "nobody reads while the line is down: more may be new").toHaveText("1");
});

test("what is made unread elsewhere has its line here, and is not read by itself", async ({ browsers, client, beside }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  const own = await beside(minsu);
  await minsu.newRoom.make("elsewhere");
  await minsu.enter("Lobby");
  const events = await sora.postAll(["one", "two", "three"]);
  await minsu.toShow(["one", "two", "three"]);
  await expect(minsu.unreadLine).toHaveCount(0);
  // What is in sight is told to be read: it is read before it is made unread.
  own.read(events[2]!.seq);
  own.unreadFrom(events[1]!.seq);
  await expect(minsu.unread("Lobby")).toHaveText("2");
  await expect(minsu.unreadLine).toHaveCount(1);
  const line = (await minsu.unreadLine.boundingBox())!;
  expect((await minsu.message("one").boundingBox())!.y).toBeLessThan(line.y);
  expect(line.y).toBeLessThan((await minsu.message("two").boundingBox())!.y + 4);
  await minsu.page.mouse.move(400, 300);
  await minsu.log.click();
  await expect(minsu.unread("Lobby"), "whoever looks at it wants it so").toHaveText("2");

  await minsu.enter("elsewhere");
  await expect(minsu.unread("Lobby")).toHaveText("2");
  await minsu.enter("Lobby");
  await expect(minsu.unreadLine).toHaveCount(1);
  await expect(minsu.unread("Lobby")).toHaveCount(0);
});

test("what names one has a sign of its own, and stands out", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  await minsu.newRoom.make("elsewhere");
  await expect(minsu.title("elsewhere")).toBeVisible();
  await sora.postAll(["안녕하세요", "@민수야 밥 먹자", "@민수님, 오늘 어때요?"]);
  await expect(minsu.mentions("Lobby")).toHaveText("@2");
  await expect(minsu.unread("Lobby")).toHaveText("3");
  expect(await violations(minsu.page)).toEqual([]);

  await minsu.enter("Lobby");
  await expect(minsu.mentions("Lobby")).toHaveCount(0);
  await expect(minsu.log.locator("article.names-me")).toHaveCount(2);
  await expect(minsu.articles.first()).not.toHaveClass(/names-me/);
  expect(await violations(minsu.page)).toEqual([]);
});

test("of a room of which one wants to hear less, less is counted", async ({ browsers, client, beside }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  const own = await beside(minsu);
  await minsu.newRoom.make("elsewhere");
  await expect(minsu.title("elsewhere")).toBeVisible();
  await own.notify("mentions");
  await sora.postAll(["one", "@민수 two", "three"]);
  await expect(minsu.unread("Lobby")).toHaveText("3");
  await expect(minsu.page).toHaveTitle("(1) Maru");
  await own.notify("nothing");
  await expect(minsu.page).toHaveTitle("Maru");
  await expect(minsu.unread("Lobby")).toHaveCount(0);
  await expect(minsu.mentions("Lobby")).toHaveText("@1");
  await own.notify("all");
  await expect(minsu.page).toHaveTitle("(3) Maru");
});

test("who has read up to where stands beside the message, and moves no line", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  const [one, two] = await sora.postAll(["one", "two"]);
  await minsu.toShow(["one", "two"]);
  const before = await minsu.message("two").boundingBox();
  sora.read(one!.seq);
  await expect(minsu.readers("one")).toContainText("소라");
  await expect(minsu.readers("one")).toHaveAttribute("title", /소라/);
  sora.read(two!.seq);
  await expect(minsu.readers("two")).toContainText("소라");
  await expect(minsu.readers("one")).toHaveCount(0);
  expect(await minsu.message("two").boundingBox()).toEqual(before);

  const jiyeong = await browsers.arrive("지영");
  await expect(jiyeong.readers("two"), "asked for when the room is opened").toContainText("소라");
  await expect(jiyeong.readers("two")).not.toContainText("지영");
  await expect(minsu.readers("two")).toContainText("지영");
  const others = await Promise.all(["하나", "두리", "세찬", "네오"].map(client));
  for (const other of others) other.read(two!.seq);
  await expect(minsu.readers("two")).toContainText("+1");
  await expect(minsu.readers("two").locator(".avatar")).toHaveCount(5);
  expect(await violations(minsu.page)).toEqual([]);
});

test("who does nothing for five minutes is away, until they do something", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  sora.away(true);
  await expect(minsu.person("소라")).toContainText("away");
  await expect(minsu.person("소라")).toHaveAttribute("data-here", "true");
  sora.away(false);
  await expect(minsu.person("소라")).toContainText("active");

  const door = await browsers.visit();
  await door.page.clock.install();
  await door.open();
  const jiyeong = await door.comeIn("지영");
  await expect(minsu.person("지영")).toContainText("active");
  await jiyeong.page.clock.runFor(299_000);
  await jiyeong.page.mouse.move(10, 10);
  await jiyeong.page.clock.runFor(290_000);
  await expect(minsu.person("지영")).toContainText("active");
  await jiyeong.page.clock.runFor(20_000);
  await expect(minsu.person("지영")).toContainText("away");
  await jiyeong.page.mouse.move(20, 20);
  await expect(minsu.person("지영")).toContainText("active");
  expect(await violations(minsu.page)).toEqual([]);
});

test("when somebody was last here is told if they let it be", async ({ browsers, client }) => {
  const sora = await client("소라");
  const haneul = await client("하늘");
  const minsu = await browsers.arrive("민수");
  await sora.showSeen(true);
  for (const gone of [sora, haneul]) await gone.leave();
  await expect(minsu.person("소라")).toContainText("offline");
  await minsu.person("소라").getByRole("button").click();
  await expect(minsu.person("소라").getByRole("group")).toContainText("Last here");
  await minsu.page.keyboard.press("Escape");
  await minsu.person("하늘").getByRole("button").click();
  await expect(minsu.person("하늘").getByRole("group")).toBeVisible();
  await expect(minsu.person("하늘").getByRole("group")).not.toContainText("Last here");
});
