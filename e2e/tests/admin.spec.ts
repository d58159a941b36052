import { AdminPage } from "../pages/admin.ts";
import { violations } from "../support/axe.ts";
import { expectNoSidewaysScroll, VIEWPORTS } from "../support/layout.ts";
import { type Browsers, type BrowserWish, ChatPage, expect, type Maru, NETWORK_GONE, either, test } from "../support/test.ts";
import type { Language } from "../support/texts.ts";

const PASSWORD = "느린 달팽이 셋이 걷는다";

/** What Chromium says on the console when the server refuses what a test asks for. */
const TURNED_AWAY = /Failed to load resource: the server responded with a status of (401|403|404|409|422)/;

test.use({ provoked: either(TURNED_AWAY, NETWORK_GONE) });

async function ownerOf(maru: Maru, browsers: Browsers, wish: BrowserWish = {}): Promise<AdminPage> {
  const door = await browsers.knock("/", wish);
  return new AdminPage(await door.comeBy(await maru.ownerLink(), "주인", PASSWORD));
}

/** Somebody with an account. */
async function member(browsers: Browsers, name: string): Promise<ChatPage> {
  const chat = await browsers.arrive(name);
  const settings = await chat.settings();
  await settings.getByRole("button", { name: "Become a member" }).click();
  await settings.getByLabel("New password", { exact: true }).fill(PASSWORD);
  await settings.getByRole("button", { name: "Set password" }).click();
  await expect(settings.getByText("The password is set.")).toBeVisible();
  await chat.page.keyboard.press("Escape");
  return chat;
}

test("a role is changed: the other's page follows at once, and the log tells of it", async ({ browsers, maru }) => {
  const owner = await ownerOf(maru, browsers);
  const minsu = new AdminPage(await member(browsers, "민수"));
  await browsers.arrive("지나가는 손님");
  await expect(minsu.button, "a member keeps no order").toHaveCount(0);

  await owner.open();
  await owner.dialog.getByRole("searchbox", { name: "Search by name" }).fill("민");
  await expect(owner.panel.getByRole("listitem")).toHaveCount(1);
  const row = await owner.unfold("민수");
  await row.getByLabel("Role").selectOption("moderator");
  await row.getByRole("button", { name: "Change role" }).click();
  await expect(row.getByRole("status")).toHaveText("The role is changed.");
  await expect(row.getByRole("button", { name: "민수" })).toHaveText(/moderator/);
  await expect(row.getByRole("button", { name: "민수" }), "the focus stays in the row").toBeFocused();

  await minsu.open();
  await expect(minsu.tabs).toHaveText(["Members", "Rooms"]);
  await expect(minsu.row("주인").getByRole("button"), "nothing is done to those above").toHaveCount(0);
  await expect(minsu.row("민수").getByRole("button"), "nor to oneself").toHaveCount(0);

  await owner.turnTo("Log");
  await expect(owner.panel.getByRole("listitem")).toHaveText([/주인 made 민수 a moderator/]);

  await owner.turnTo("Members");
  const again = await owner.unfold("민수");
  await again.getByLabel("Role").selectOption("member");
  await again.getByRole("button", { name: "Change role" }).click();
  await expect(minsu.button).toHaveCount(0);
  await expect(minsu.panel, "what is open tells that there is nothing any more").toHaveText(/nothing for you to do/);
});

test("the access is by invitation from now on: no new guest comes in; opening it warns first", async ({ browsers, maru }) => {
  const owner = await ownerOf(maru, browsers);
  const early = await browsers.visit();
  await owner.open();
  await owner.turnTo("Access");
  await expect(owner.panel.getByRole("radio", { name: /Anyone/ })).toBeChecked();
  await owner.panel.getByRole("radio", { name: /By invitation/ }).check();
  await owner.panel.getByRole("button", { name: "Save" }).click();
  await expect(owner.panel.getByRole("status")).toHaveText("Saved.");
  await early.ask("늦은 손님");
  await expect(early.refusal).toHaveText(/need an invitation/);

  await owner.panel.getByRole("radio", { name: /Anyone/ }).check();
  await expect(owner.alert).toHaveText(/Anyone who reaches this address/);
  await expect(owner.panel.getByRole("status")).toHaveText("");
  await maru.stop();
  await owner.panel.getByRole("button", { name: "Save" }).click();
  await expect(owner.alert.filter({ hasText: "did not answer" })).toBeVisible();
  await expect(owner.panel.getByRole("radio", { name: /Anyone/ }), "what was chosen stays").toBeChecked();
});

test("members who may invite do it in their settings; the link has a QR code", async ({ browsers, maru }) => {
  const owner = await ownerOf(maru, browsers);
  const minsu = await member(browsers, "민수");
  await owner.open();
  await owner.turnTo("Invitations");
  await owner.panel.getByLabel("They come in as").selectOption("admin");
  await owner.panel.getByRole("button", { name: "Make an invitation link" }).click();
  await expect(owner.panel.getByLabel("Invitation link")).toHaveValue(/\/join#/);
  const code = owner.panel.getByRole("img", { name: "QR code with this link" });
  await expect(code).toBeVisible();
  expect(await code.locator("path").getAttribute("d"), "it begins with the corner's square").toMatch(/^M0 0h7v1h-7z/);
  await expect(owner.panel.getByText("From 주인 · admin")).toBeVisible();
  await owner.turnTo("Access");
  await owner.panel.getByRole("checkbox", { name: /Members may invite/ }).check();
  await owner.panel.getByRole("button", { name: "Save" }).click();
  await expect(owner.panel.getByRole("status")).toHaveText("Saved.");

  const settings = await minsu.settings();
  await settings.getByRole("button", { name: "Invitations" }).click();
  await expect(settings.getByLabel("They come in as"), "members only").toBeHidden();
  await settings.getByRole("button", { name: "Make an invitation link" }).click();
  await expect(settings.getByRole("img", { name: "QR code with this link" })).toBeVisible();

  await owner.turnTo("Invitations");
  const theirs = owner.row("From 민수 · member");
  await theirs.getByRole("button", { name: "Take back" }).click();
  await expect(theirs).toHaveCount(0);
});

test("muting and banning: what is refused keeps what was typed; one is asked before a ban", async ({ browsers, maru }) => {
  const owner = await ownerOf(maru, browsers);
  const minsu = await browsers.arrive("민수");
  await owner.open();
  const row = await owner.unfold("민수");
  await expect(row.getByLabel("Role"), "a guest has none").toHaveCount(0);
  const reason = row.getByLabel("Reason");
  await reason.fill("가".repeat(201));
  await row.getByRole("button", { name: "Mute", exact: true }).click();
  await expect(owner.alert).toHaveText("At most 200 characters.");
  await expect(reason).toHaveValue("가".repeat(201));

  await reason.fill("도배");
  await row.getByLabel("Mute for").selectOption("10 minutes");
  await row.getByRole("button", { name: "Mute", exact: true }).click();
  await expect(row.getByRole("button", { name: "민수" })).toHaveText(/muted/);
  await expect(owner.alert).toHaveCount(0);
  await row.getByRole("button", { name: "Let write again" }).click();
  await expect(row.getByRole("status")).toHaveText("They can write again.");
  await expect(reason, "it stays for the next").toHaveValue("도배");

  await row.getByRole("button", { name: "Ban", exact: true }).click();
  await expect(row.getByRole("button", { name: "Cancel" }), "what does nothing has the focus").toBeFocused();
  await row.getByRole("button", { name: "Ban", exact: true }).click();
  await expect(row.getByRole("button", { name: "민수" })).toHaveText(/banned/);
  expect((await minsu.page.request.get("/api/rooms")).status(), "they are out").toBe(401);
  await row.getByRole("button", { name: "Lift the ban" }).click();
  await expect(row.getByRole("status")).toHaveText("They may come in again.");

  await owner.turnTo("Log");
  await expect(owner.panel.getByRole("listitem")).toHaveText([
    /주인 lifted the ban of 민수/,
    /주인 banned 민수: 도배/,
    /주인 unmuted 민수/,
    /주인 muted 민수 until .*: 도배/,
  ]);
});

test("an account: a link for a password, and the end of its sessions", async ({ browsers, maru }) => {
  const owner = await ownerOf(maru, browsers);
  const minsu = await member(browsers, "민수");
  await owner.open();
  const row = await owner.unfold("민수");
  await row.getByRole("button", { name: "Make a link" }).click();
  const link = await row.getByLabel("Link for a new password").inputValue();
  const door = await browsers.knock(link.slice(link.indexOf("/join#")));
  await expect(door.page.getByText("Set a new password for 민수.")).toBeVisible();

  await row.getByRole("button", { name: "Signed-in devices" }).click();
  await expect(row.getByText(/Chrome/)).toBeVisible();
  await row.getByRole("button", { name: "Sign out everywhere" }).click();
  await row.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(minsu.page.getByText("You were signed out.")).toBeVisible();
  await expect(row.getByText("Signed in nowhere.")).toBeVisible();
});

test("rooms are renamed, archived, brought back and deleted", async ({ browsers, client, maru }) => {
  const sora = await client("소라");
  await sora.makeRoom("산책");
  const owner = await ownerOf(maru, browsers);
  await owner.open();
  await owner.turnTo("Rooms");
  await expect(owner.row("Lobby").getByRole("button"), "the lobby stays what it is").toHaveCount(0);
  const row = await owner.unfold("산책");
  await row.getByRole("button", { name: "Join" }).click();
  await expect(row.getByRole("button", { name: "산책" }), "the focus stays in the row").toBeFocused();
  const name = row.getByLabel("Room name");
  await name.fill("lobby");
  await row.getByRole("button", { name: "Rename" }).click();
  await expect(owner.alert).toHaveText(/name is taken/);
  await expect(name).toHaveValue("lobby");
  await name.fill("저녁 산책");
  await name.press("Enter");
  await expect(row.getByRole("status")).toHaveText("The room is renamed.");
  await expect(row.getByRole("button", { name: "저녁 산책" })).toBeVisible();

  await row.getByRole("button", { name: "Archive the room" }).click();
  await expect(row.getByText("archived", { exact: true })).toBeVisible();
  await expect(row.getByRole("button", { name: "Bring the room back" })).toBeFocused();
  await row.getByRole("button", { name: "Bring the room back" }).click();
  await expect(row.getByText("archived", { exact: true })).toHaveCount(0);

  await row.getByRole("button", { name: "Delete the room" }).click();
  await row.getByRole("button", { name: "Delete the room" }).click();
  await expect(row).toHaveCount(0);
  await expect(owner.panel.getByRole("list", { name: "Rooms" }), "the focus stays with the rooms").toBeFocused();
});

test("the log is shown a hundred at a time, the newest first", async ({ browsers, maru }) => {
  const owner = await ownerOf(maru, browsers, { language: "ko" });
  // A log as long takes longer to come about than a person is let hurry.
  await owner.chat.page.route("**/api/audit*", async (route) => {
    const before = Number(new URL(route.request().url()).searchParams.get("before") ?? 104);
    const numbers = Array.from({ length: Math.min(100, before - 1) }, (_, place) => before - 1 - place);
    const json = numbers.map((number) => ({ number, at: 1_790_000_000_000, by: null, deed: { invited: { role: "member", uses: number } } }));
    await route.fulfill({ json });
  });
  await owner.open();
  await owner.turnTo("기록");
  const entries = owner.panel.getByRole("listitem");
  await expect(entries).toHaveCount(100);
  await expect(entries.first()).toHaveText(/서버를 맡은 이가 103명까지 쓸 수 있는 초대를 만들었어요: 회원.*2026년/);
  const older = owner.panel.getByRole("button", { name: "이전 기록" });
  await older.click();
  await expect(entries).toHaveCount(103);
  await expect(entries.last()).toHaveText(/ 1명까지/);
  await expect(older).toHaveCount(0);
});

test("the tabs are turned by keys, and one of them is a stop", async ({ browsers, maru }) => {
  const owner = await ownerOf(maru, browsers);
  await owner.open();
  const { keyboard } = owner.chat.page;
  await owner.tabs.first().focus();
  for (const [key, tab] of [["ArrowRight", "Invitations"], ["End", "Access"], ["ArrowRight", "Members"], ["ArrowLeft", "Access"], ["Home", "Members"]] as const) {
    await keyboard.press(key);
    await expect(owner.dialog.getByRole("tab", { name: tab, selected: true }), key).toBeFocused();
    await expect(owner.dialog.getByRole("tabpanel", { name: tab })).toBeVisible();
  }
  await keyboard.press("Tab");
  await expect(owner.panel).toBeFocused();
  await keyboard.press("Escape");
  await expect(owner.button).toBeFocused();
});

for (const viewport of VIEWPORTS.filter(({ width }) => width !== 768)) {
  for (const colorScheme of ["light", "dark"] as const) {
    const language: Language = colorScheme === "light" ? "en" : "ko";
    test(`axe finds nothing serious: ${viewport.width} px, ${colorScheme}, ${language}`, async ({ browsers, client, maru }) => {
      const sora = await client("소라");
      await sora.makeRoom("산책");
      const minsu = await member(browsers, "민수");
      const owner = await ownerOf(maru, browsers, { language, colorScheme, viewport, reducedMotion: "reduce" });
      const look = async (screen: string) => {
        expect.soft(await violations(owner.chat.page), screen).toEqual([]);
        await expectNoSidewaysScroll(owner.chat.page);
        if (process.env["MARU_SHOTS"]) {
          const path = `${process.env["MARU_SHOTS"]}/${viewport.width}-${colorScheme}-${screen}.png`;
          await owner.chat.page.screenshot({ path });
        }
      };
      if (viewport.width < 600) await owner.chat.openRooms();
      await look("page");
      await owner.open();
      await look("members");
      await owner.unfold("민수");
      await look("a member");
      for (const tab of await owner.tabs.allTextContents()) {
        await owner.turnTo(tab);
        await expect(owner.panel.locator("li, button, p").first()).toBeVisible();
        await look(tab);
      }
      await minsu.toBeReady();
    });
  }
}
