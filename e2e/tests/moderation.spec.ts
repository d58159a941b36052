import { violations } from "../support/axe.ts";
import { either, expect, NETWORK_GONE, test } from "../support/test.ts";

test.use({ provoked: either(NETWORK_GONE, /status of (401|403)/) });

test("who is removed from a room sees why, in the lobby", async ({ browsers }) => {
  const owner = await browsers.own("주인");
  const minsu = await browsers.arrive("민수");
  await owner.newRoom.make("quiet");
  await minsu.join("quiet");
  await owner.withPerson("민수", "Remove from the room");
  const kick = await owner.dialog("Remove from the room");
  expect(await violations(owner.page)).toEqual([]);
  await kick.getByRole("textbox", { name: "Reason (optional)" }).fill("too loud");
  await kick.getByRole("button", { name: "Remove from the room" }).click();
  await expect(minsu.parted).toHaveText("You were removed from “quiet”: too loud");
  await expect(minsu.title("Lobby")).toBeVisible();
  await expect(minsu.rooms.getByRole("link")).toHaveCount(1);
  await expect(owner.notices.last()).toHaveText("주인 removed 민수: too loud");
  await expect(owner.person("민수")).toHaveCount(0);
});

test("a room that is deleted is gone for everybody", async ({ browsers }) => {
  const owner = await browsers.own("주인");
  const minsu = await browsers.arrive("민수");
  await minsu.newRoom.make("doomed");
  await owner.join("doomed");
  await expect((await minsu.about()).getByRole("button", { name: "Delete the room" })).toHaveCount(0);
  await minsu.page.keyboard.press("Escape");
  await minsu.composer.fill("반쯤 쓴 글");
  const sure = await owner.withRoom("Delete the room");
  await sure.getByRole("button", { name: "Delete the room" }).click();
  for (const one of [owner, minsu]) {
    await expect(one.parted).toHaveText(/^“doomed” was deleted\./);
    await expect(one.title("Lobby")).toBeVisible();
    await expect(one.rooms.getByRole("link")).toHaveCount(1);
  }
  await expect(owner.parted).toHaveText("“doomed” was deleted.");
  await expect(minsu.parted, "what was half written is not lost").toHaveText(
    "“doomed” was deleted. You had begun to write: 반쯤 쓴 글",
  );
  expect(await violations(minsu.page)).toEqual([]);
  await minsu.parted.getByRole("button", { name: "Close" }).click();
  await expect(minsu.parted).toBeHidden();
  await expect(minsu.composer).toBeFocused();
  const kept = await minsu.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("maru.writing.")));
  expect(kept, "and not kept where nobody looks").toEqual([]);
});

test("why nobody is written to is said in the menu where it was asked", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  await browsers.arrive("지영");
  await minsu.page.route("**/api/direct", (route) => route.abort());
  await minsu.withPerson("지영", "Send a message");
  await expect(minsu.person("지영").getByRole("alert")).toBeVisible();
  await minsu.page.unroute("**/api/direct");
  await minsu.person("지영").getByRole("button", { name: "Send a message" }).click();
  await expect(minsu.title("지영")).toBeVisible();
  await expect(minsu.person("지영").getByRole("group")).toHaveCount(0);
});

test("who is muted is told until when, keeps what is half written, and writes again", async ({ browsers }) => {
  const owner = await browsers.own("주인");
  const minsu = await browsers.arrive("민수", { language: "ko" });
  await minsu.composer.fill("반쯤");
  await owner.withPerson("민수", "Mute");
  const mute = await owner.dialog("Mute");
  expect(await violations(owner.page)).toEqual([]);
  await mute.getByRole("radio", { name: "10 minutes" }).check();
  await mute.getByRole("button", { name: "Mute" }).click();
  await expect(mute).toBeHidden();
  await expect(minsu.composer).toBeDisabled();
  await expect(minsu.page.getByText(/지금은 글을 쓸 수 없어요.*부터 다시 쓸 수 있어요/)).toBeVisible();
  await expect(minsu.composer).toHaveValue("반쯤");
  expect(await violations(minsu.page)).toEqual([]);

  await owner.withPerson("민수", "Let write again");
  await (await owner.dialog("Let write again")).getByRole("button", { name: "Let write again" }).click();
  await expect(minsu.composer).toBeEnabled();
  await minsu.composer.press("Enter");
  await expect(owner.message("반쯤")).toBeVisible();
});

test("a mute ends by itself", async ({ browsers }) => {
  const owner = await browsers.own("주인");
  const minsu = await browsers.arrive("민수");
  await minsu.page.clock.install();
  await minsu.reload();
  await owner.withPerson("민수", "Mute");
  const mute = await owner.dialog("Mute");
  await mute.getByRole("radio", { name: "10 minutes" }).check();
  await mute.getByRole("button", { name: "Mute" }).click();
  await expect(minsu.composer).toBeDisabled();
  await minsu.page.clock.fastForward("11:00");
  await expect(minsu.composer).toBeEnabled();
});

test("who is banned is out, and keeps what was not sent", async ({ browsers }) => {
  const owner = await browsers.own("주인");
  const minsu = await browsers.arrive("민수");
  await minsu.composer.fill("not sent");
  await owner.withPerson("민수", "Ban");
  const ban = await owner.dialog("Ban");
  expect(await violations(owner.page)).toEqual([]);
  await ban.getByRole("textbox").fill("spam");
  await ban.getByRole("checkbox").check();
  await ban.getByRole("button", { name: "Ban" }).click();
  await expect(minsu.page.getByText("You are banned from this Maru.")).toBeVisible();
  expect(await violations(minsu.page)).toEqual([]);
  const kept = await minsu.page.evaluate(() => Object.values(localStorage));
  expect(kept).toContain("not sent");
  await expect(owner.person("민수")).toHaveAttribute("data-here", "false");

  const door = await browsers.visit();
  await door.ask("민수 둘");
  await expect(door.refusal).toHaveText("You are banned from this Maru.");
});

test("only those below one are kept in order", async ({ browsers }) => {
  const owner = await browsers.own("주인");
  const minsu = await browsers.arrive("민수");
  await minsu.person("주인").getByRole("button").click();
  const menu = minsu.person("주인").getByRole("group");
  await expect(menu.getByRole("button")).toHaveText(["Send a message"]);
  await minsu.page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await expect(minsu.person("주인").getByRole("button")).toBeFocused();
  await expect(owner.person("민수")).toHaveAttribute("data-here", "true");
  await owner.person("민수").getByRole("button").click();
  await expect(owner.person("민수").getByRole("group").getByRole("button")).toHaveText([
    "Send a message", "Remove from the room", "Mute", "Ban",
  ]);
  expect(await violations(owner.page)).toEqual([]);
});

test("a deleted message leaves a line, for whoever was there and for whoever comes back", async ({ browsers, line }) => {
  const owner = await browsers.own("주인");
  const minsu = await browsers.arrive("민수");
  const away = await browsers.arrive("지영", { at: line.url });
  await minsu.write("first");
  await minsu.write("second");
  await expect(away.drawn).toHaveCount(2);
  line.cut();
  await expect(away.connection).toBeVisible();

  const own = await minsu.askToDelete("first");
  expect(await violations(minsu.page)).toEqual([]);
  await expect(own.getByRole("textbox"), "nobody else needs a reason").toHaveCount(0);
  await own.getByRole("button", { name: "Delete", exact: true }).click();
  await owner.toShow(["second"]);
  const others = await owner.askToDelete("second");
  await others.getByRole("textbox", { name: "Reason (optional)" }).fill("off topic");
  await others.getByRole("button", { name: "Delete", exact: true }).click();
  for (const one of [owner, minsu]) {
    await one.toShow([]);
    await expect(one.notices.filter({ hasText: "This message was deleted" })).toHaveCount(2);
  }
  await expect(away.drawn).toHaveCount(2);
  line.mend();
  await expect(away.connection).toBeHidden();
  await away.toShow([]);
  await expect(away.notices.filter({ hasText: "This message was deleted" })).toHaveCount(2);
  await expect(away.page.getByText("off topic")).toHaveCount(0);
});

test("nobody without the right to it deletes what others wrote", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  await minsu.write("mine");
  const message = jiyeong.message("mine");
  await message.hover();
  await message.getByRole("button", { name: "More", exact: true }).click();
  await expect(message.getByRole("group", { name: "More" }).getByRole("button")).toHaveText([
    "Reply", "Copy the text", "Copy the link", "Mark as unread from here",
  ]);
  await jiyeong.page.keyboard.press("Escape");
  await message.focus();
  await jiyeong.page.keyboard.press("Delete");
  await expect(jiyeong.page.getByRole("dialog")).toHaveCount(0);
});
