import { violations } from "../support/axe.ts";
import { ChatPage, expect, test } from "../support/test.ts";

const PASSWORD = "느린 달팽이 셋이 걷는다";

/** What Chromium says on the console when the server refuses a sign-in or a link. */
const TURNED_AWAY = /Failed to load resource: the server responded with a status of (403|404|409|422)/;

test.describe("by invitation", () => {
  test.use({ flags: ["--access", "invite"] });

  test("the owner's link makes an owner, whose invitation brings somebody in", async ({ browsers, maru }) => {
    const link = await maru.ownerLink();
    const ownersDoor = await browsers.knock(link);
    await expect(ownersDoor.name).toBeVisible();
    expect(await violations(ownersDoor.page)).toEqual([]);
    const owner = await ownersDoor.comeBy(link, "주인", PASSWORD);
    await expect(owner.page).toHaveURL(/\/$/);

    const settings = await owner.settings();
    await settings.getByRole("button", { name: "Invitations" }).click();
    await settings.getByRole("button", { name: "Make an invitation link" }).click();
    const invitation = await settings.getByLabel("Invitation link").inputValue();
    await expect(settings.getByText("From 주인 · member")).toBeVisible();
    expect(await violations(owner.page)).toEqual([]);
    await owner.page.keyboard.press("Escape");

    const jiyeongsDoor = await browsers.knock("/", { language: "ko" });
    const jiyeong = await jiyeongsDoor.comeBy(invitation.slice(invitation.indexOf("/join#")), "지영", PASSWORD);
    await jiyeong.write("초대 고마워요");
    await expect(owner.message("초대 고마워요")).toBeVisible();
    const none = await jiyeong.settings();
    await expect(none.getByRole("button", { name: "초대" })).toHaveCount(0);
  });

  test("an invitation that was taken back is none", async ({ browsers, maru }) => {
    const owner = await (await browsers.knock("/")).comeBy(await maru.ownerLink(), "주인", PASSWORD);
    const settings = await owner.settings();
    await settings.getByRole("button", { name: "Invitations" }).click();
    await settings.getByRole("button", { name: "Make an invitation link" }).click();
    const link = await settings.getByLabel("Invitation link").inputValue();
    await settings.getByRole("button", { name: "Take back" }).click();
    await expect(settings.getByText("From 주인 · member")).toHaveCount(0);

    const late = await browsers.knock(link.slice(link.indexOf("/join#")));
    await expect(late.refusal).toHaveText(/no longer good/);
    await late.page.getByRole("button", { name: "Not now" }).click();
    await expect(late.password).toBeVisible();
    await expect(late.page.getByText("You come in here by invitation.")).toBeVisible();
  });

  test.use({ provoked: TURNED_AWAY });
});

test.describe("open", () => {
  test.use({ provoked: TURNED_AWAY });

  test("a guest becomes a member, and comes in under the same name elsewhere", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    await minsu.write("손님일 때");
    await minsu.toShow(["손님일 때"]);
    const settings = await minsu.settings();
    await settings.getByRole("button", { name: "Become a member" }).click();
    const field = settings.getByLabel("New password", { exact: true });
    await field.fill("12345678");
    await settings.getByRole("button", { name: "Set password" }).click();
    await expect(settings.getByRole("alert")).toHaveText(/easy to guess/);
    await expect(field).toHaveValue("12345678");
    await field.fill(PASSWORD);
    await field.press("Enter");
    await expect(settings.getByText("The password is set.")).toBeVisible();

    const door = await browsers.knock("/");
    await door.page.getByRole("button", { name: "I have an account" }).click();
    expect(await violations(door.page)).toEqual([]);
    await door.askWithAccount("민수", "wrong password");
    await expect(door.refusal).toHaveText(/name or the password is wrong/);
    await expect(door.name).toHaveValue("민수");
    await door.askWithAccount("민수", PASSWORD);
    const again = new ChatPage(door.page, door.texts);
    await again.toBeReady();
    await again.toShow(["손님일 때"]);
    await again.write("회원이 되어");
    await expect(minsu.message("회원이 되어")).toBeVisible();
  });

  test("who takes another name has it everywhere at once, beside what they wrote before, too", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    const jiyeong = await browsers.arrive("지영", { language: "ko" });
    await minsu.write("먼저 쓴 글");
    await jiyeong.toShow(["먼저 쓴 글"]);
    await minsu.withPerson("지영", "Send a message");
    await minsu.enter("Lobby");
    await expect(jiyeong.room("민수")).toBeVisible();
    const settings = await minsu.settings();
    await settings.getByRole("button", { name: "Change name" }).click();
    const field = settings.getByLabel("New name", { exact: true });
    await expect(field).toHaveValue("민수");
    expect(await violations(minsu.page)).toEqual([]);
    await field.fill("지영");
    await field.press("Enter");
    await expect(settings.getByRole("alert")).toHaveText(/name is taken/);
    await expect(field, "what was typed stays").toHaveValue("지영");
    await field.fill("수아");
    await field.press("Enter");
    await expect(settings.getByText("You are called “수아” now.")).toBeVisible();
    await minsu.page.keyboard.press("Escape");

    for (const one of [minsu, jiyeong]) {
      await expect(one.message("먼저 쓴 글").locator(".message-author")).toHaveText("수아");
      await expect(one.person("수아")).toBeVisible();
      await expect(one.person("민수")).toHaveCount(0);
      await expect(one.notices.filter({ hasText: "민수" })).toHaveCount(0);
    }
    await expect(minsu.rooms.locator(".own-name")).toHaveText("수아");
    await expect(jiyeong.room("수아")).toBeVisible();
    await expect(jiyeong.room("민수")).toHaveCount(0);
    await minsu.write("그대로 나예요");
    await expect(jiyeong.message("그대로 나예요")).toBeVisible();
    await minsu.reload();
    await expect(minsu.rooms.locator(".own-name")).toHaveText("수아");
  });

  test("a session that is ended in one browser signs the other out", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수");
    const settings = await minsu.settings();
    await settings.getByRole("button", { name: "Become a member" }).click();
    await settings.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await settings.getByRole("button", { name: "Set password" }).click();
    await expect(settings.getByText("The password is set.")).toBeVisible();

    const door = await browsers.knock("/");
    await door.page.getByRole("button", { name: "I have an account" }).click();
    await door.askWithAccount("민수", PASSWORD);
    await new ChatPage(door.page, door.texts).toBeReady();

    await settings.getByRole("button", { name: "Signed-in devices" }).click();
    await expect(settings.getByText("This device")).toBeVisible();
    expect(await violations(minsu.page)).toEqual([]);
    const rows = settings.getByRole("listitem");
    await expect(rows).toHaveCount(2);
    await rows.getByRole("button", { name: "Sign out" }).click();
    await expect(door.page.getByText("You were signed out.")).toBeVisible();
    await expect(rows).toHaveCount(1);
    await minsu.page.keyboard.press("Escape");
    await minsu.write("still here");
    await minsu.toShow(["still here"]);
  });

  test("who is in already and opens the owner's link keeps the name, and may leave it", async ({ browsers, maru }) => {
    const link = await maru.ownerLink();
    const minsu = await browsers.arrive("민수");
    await minsu.page.goto(link);
    await expect(minsu.page.getByText("민수, this Maru will be yours.")).toBeVisible();
    await minsu.page.getByRole("button", { name: "Not now" }).click();
    await minsu.toBeReady();
    await minsu.page.goto(link);
    await minsu.page.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await minsu.page.getByRole("button", { name: "Come in", exact: true }).click();
    await minsu.toBeReady();
    const settings = await minsu.settings();
    await expect(settings.getByRole("button", { name: "Invitations" })).toBeVisible();
  });
});
