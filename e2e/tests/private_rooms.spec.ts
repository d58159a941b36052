import { violations } from "../support/axe.ts";
import { expect, test } from "../support/test.ts";

/** What Chromium says on the console when the server does not know a room. */
const NO_SUCH = /Failed to load resource: the server responded with a status of (403|404)/;

test("a private room is known to those whom one of it invites, and to nobody else", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  const sora = await browsers.arrive("소라");
  await minsu.newRoom.make("비밀", { isPrivate: true });
  await expect(minsu.room("비밀")).toHaveAttribute("aria-current", "page");
  await minsu.write("아직 혼자예요");
  const address = minsu.page.url();

  const invite = await minsu.withRoom("Invite people into the room");
  expect(await violations(minsu.page)).toEqual([]);
  await expect(invite.getByRole("checkbox", { name: /^민수/ })).toBeDisabled();
  await minsu.choose(invite, ["지영"], "Invite");
  await expect(minsu.notices.last()).toHaveText("민수 invited 지영");

  await jiyeong.enter("비밀");
  await expect(jiyeong.message("아직 혼자예요")).toBeVisible();
  await jiyeong.write("왔어요");
  await expect(minsu.message("왔어요")).toBeVisible();

  await expect(sora.rooms.getByRole("link")).toHaveCount(1);
  const all = await sora.browse();
  await expect(all.getByRole("listitem")).toHaveCount(1);
  await sora.page.keyboard.press("Escape");
  const seen = async (path: string) => {
    await sora.page.goto(path);
    await expect(sora.page.getByText("There is no such room")).toBeVisible();
    return sora.page.locator("main").innerText();
  };
  expect(await seen(address)).toBe(await seen("/r/01234567-89ab-4cde-8f01-23456789abcd"));
});

test("what was typed stays when a private room is refused", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const { newRoom } = minsu;
  await newRoom.make("x".repeat(33), { isPrivate: true });
  await expect(newRoom.refusal).toBeVisible();
  await expect(newRoom.name).toHaveValue("x".repeat(33));
  await expect(newRoom.privately).toBeChecked();
  await newRoom.name.fill("lobby");
  await newRoom.create.click();
  await expect(minsu.room("lobby"), "the names of private rooms are nobody's business").toHaveAttribute("aria-current", "page");
});

test("two talk directly, and what is new is counted", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  const sora = await browsers.arrive("소라");
  await minsu.withPerson("지영", "Send a message");
  await expect(minsu.room("지영")).toHaveAttribute("aria-current", "page");
  await minsu.write("둘이서만");
  await expect(jiyeong.unread("민수")).toHaveText("1");
  await jiyeong.enter("민수");
  await jiyeong.toShow(["둘이서만"]);
  await jiyeong.write("네!");
  await minsu.toShow(["둘이서만", "네!"]);
  await expect(jiyeong.unread("민수")).toHaveCount(0);
  await expect(sora.rooms.getByRole("link")).toHaveCount(1);
  const about = await minsu.about();
  await expect(about.getByRole("button", { name: "Leave the room" })).toHaveCount(0);
  await expect(about.getByRole("listitem")).toHaveCount(2);
});

test("from both sides at once it is one room", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  await Promise.all([minsu.withPerson("지영", "Send a message"), jiyeong.withPerson("민수", "Send a message")]);
  await expect(minsu.room("지영")).toHaveAttribute("aria-current", "page");
  await expect(jiyeong.room("민수")).toHaveAttribute("aria-current", "page");
  expect(minsu.page.url()).toBe(jiyeong.page.url());
  await minsu.write("하나");
  await expect(jiyeong.message("하나")).toBeVisible();
  await expect(jiyeong.rooms.getByRole("link")).toHaveCount(2);
});

test("several talk directly, found by name; and one with oneself", async ({ browsers, client }) => {
  await client("소라");
  await client("Daniel");
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  const people = await minsu.findPeople();
  await expect(people.getByRole("searchbox", { name: "Find by name" })).toBeFocused();
  await expect(people.getByRole("listitem")).toHaveCount(4);
  await people.getByRole("searchbox").pressSequentially("dan");
  await expect(people.getByRole("listitem")).toHaveCount(1);
  await people.getByRole("checkbox", { name: /^Daniel, *guest/ }).or(people.getByRole("checkbox")).check();
  await people.getByRole("searchbox").fill("");
  await expect(people.getByRole("listitem")).toHaveCount(4);
  await people.getByRole("searchbox").fill("nobody at all");
  await expect(people.getByText("Nobody has that name.")).toBeVisible();
  await people.getByRole("searchbox").fill("지영");
  await expect(people.getByRole("listitem")).toHaveCount(1);
  await minsu.choose(people, ["지영"], "Send a message");
  await minsu.write("셋이서");
  const group = minsu.rooms.locator("a[aria-current=page]");
  await expect(group).toContainText("Daniel");
  await expect(group).toContainText("지영");
  await jiyeong.rooms.getByRole("link", { name: /Daniel/ }).click();
  await jiyeong.toShow(["셋이서"]);

  await minsu.withPerson("민수", "Notes to self");
  await expect(minsu.title("Notes to self")).toBeVisible();
  await minsu.write("우유 사기");
  await minsu.toShow(["우유 사기"]);
});

test("a name and a topic are seen by the others", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  await minsu.newRoom.make("walks");
  await jiyeong.join("walks");
  const rename = await minsu.withRoom("Rename the room");
  await expect(rename.getByRole("textbox")).toHaveValue("walks");
  await rename.getByRole("textbox").fill("long walks");
  await rename.getByRole("button", { name: "Save" }).click();
  await expect(rename).toBeHidden();
  await expect(jiyeong.title("long walks")).toBeVisible();
  await expect(jiyeong.room("long walks")).toBeVisible();

  const describe = await minsu.withRoom("Change the topic");
  expect(await violations(minsu.page)).toEqual([]);
  await describe.getByRole("textbox", { name: "Topic" }).fill("where we go next");
  await describe.getByRole("textbox", { name: "Topic" }).press("Enter");
  await expect(jiyeong.page.getByRole("banner").getByText("where we go next").or(jiyeong.page.locator(".room-topic"))).toHaveText("where we go next");
  await expect(jiyeong.notices.last()).toHaveText("민수 set the topic: where we go next");
  const theirs = await jiyeong.about();
  await expect(theirs.getByRole("button", { name: "Rename the room" }), "who did not make it").toHaveCount(0);
  await expect(theirs.getByText("where we go next")).toBeVisible();
});

test("a room is archived, and brought back", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  await minsu.newRoom.make("old");
  await jiyeong.join("old");
  await jiyeong.write("was here");
  await jiyeong.composer.fill("half written");
  const archive = await minsu.withRoom("Archive the room");
  await archive.getByRole("button", { name: "Archive the room" }).click();
  await expect(jiyeong.page.getByText("This room is archived: it can only be read.")).toBeVisible();
  await expect(jiyeong.composer).toHaveCount(0);
  await expect(jiyeong.room("old")).toBeHidden();
  await jiyeong.rooms.getByText("Archived rooms").click();
  await expect(jiyeong.room("old")).toBeVisible();
  expect(await violations(jiyeong.page)).toEqual([]);

  const restore = await minsu.withRoom("Bring the room back");
  await restore.getByRole("button", { name: "Bring the room back" }).click();
  await expect(jiyeong.composer).toHaveValue("half written");
  await jiyeong.composer.press("Enter");
  await minsu.toShow(["was here", "half written"]);
});

test("who leaves is told so, and the last one takes a private room along", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  await minsu.newRoom.make("비밀", { isPrivate: true });
  await minsu.choose(await minsu.withRoom("Invite people into the room"), ["지영"], "Invite");
  await jiyeong.enter("비밀");
  const leave = await minsu.withRoom("Leave the room");
  await expect(leave).toContainText("You cannot find it again");
  await leave.getByRole("button", { name: "Leave the room" }).click();
  await expect(minsu.parted).toHaveText("You left “비밀”.");
  await expect(minsu.room("Lobby")).toHaveAttribute("aria-current", "page");
  await expect(minsu.rooms.getByRole("link")).toHaveCount(1);
  await expect(jiyeong.notices.last()).toHaveText("민수 left");
  await expect(jiyeong.person("민수")).toHaveCount(0);

  const last = await jiyeong.withRoom("Leave the room");
  await expect(last).toContainText("You are the last one in it");
  await last.getByRole("button", { name: "Leave the room" }).click();
  await expect(jiyeong.parted).toHaveText("You left “비밀”.");
  await expect(jiyeong.page).toHaveURL(/\/$/);
});

test.use({ provoked: new RegExp(`${NO_SUCH.source}|status of (409|422)`) });
