import { violations } from "../support/axe.ts";
import { expectNoSidewaysScroll, VIEWPORTS } from "../support/layout.ts";
import { either, expect, NETWORK_GONE, REFUSED, test } from "../support/test.ts";
import type { Language } from "../support/texts.ts";

test.use({ provoked: either(NETWORK_GONE, REFUSED) });

for (const viewport of VIEWPORTS.filter(({ width }) => width !== 768)) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const language of ["ko", "en"] satisfies Language[]) {
      test(`axe finds nothing serious: ${viewport.width} px, ${colorScheme}, ${language}`, async ({ browsers, client, maru }) => {
        const sora = await client("소라");
        await sora.makeRoom("산책");
        const look = async (screen: string) => {
          expect.soft(await violations(door.page), screen).toEqual([]);
          await expectNoSidewaysScroll(door.page);
        };
        const door = await browsers.visit({ language, colorScheme, viewport, reducedMotion: "reduce" });
        await look("sign-in");
        await door.ask("가".repeat(33));
        await expect(door.refusal).toBeVisible();
        await look("sign-in, refused");

        const chat = await door.comeIn("민수");
        await look("an empty room");
        await chat.write("안녕하세요! https://example.com `code`");
        await sora.post("Hello there, how are you?");
        sora.typing();
        await expect(chat.drawn).toHaveCount(2);
        await expect(chat.typing).toContainText("소라");
        await look("a conversation");

        const narrow = viewport.width < 600;
        if (narrow) await chat.openRooms();
        await look("the rooms");
        await chat.newRoom.open();
        await chat.newRoom.name.fill("x".repeat(33));
        await chat.newRoom.create.click();
        await expect(chat.newRoom.refusal).toBeVisible();
        await look("a new room, refused");
        await chat.page.keyboard.press("Escape");
        await expect(chat.newRoom.dialog).toBeHidden();

        if (narrow) await chat.openRooms();
        const all = await chat.browse();
        await expect(chat.listed(all, "산책")).toBeVisible();
        await look("all rooms");
        await chat.page.keyboard.press("Escape");
        await expect(all).toBeHidden();

        if (narrow) await chat.openRooms();
        const settings = await chat.settings();
        await look("settings");
        await settings.getByRole("button", { name: chat.texts.signOut }).click();
        await look("signing out, to be confirmed");
        await chat.page.reload();
        await chat.toBeReady();

        if (narrow) {
          await chat.openPeople();
          await look("people");
          await chat.page.reload();
          await chat.toBeReady();
        }
        if (narrow) await chat.openRooms();
        await chat.newRoom.make("비밀", { isPrivate: true });
        await expect(chat.title("비밀")).toBeVisible();
        await chat.about();
        await look("about a room");
        await chat.page.keyboard.press("Escape");
        await chat.withRoom(chat.texts.describe);
        await look("a topic");
        await chat.page.keyboard.press("Escape");
        if (narrow) await chat.openRooms();
        await chat.choose(await chat.findPeople(), ["소라"], chat.texts.sendMessage);
        await expect(chat.title("소라")).toBeVisible();
        await chat.write("둘이서");
        await chat.message("둘이서").hover();
        await chat.message("둘이서").getByRole("button", { name: chat.texts.more, exact: true }).click();
        await look("the menu of a message");
        await chat.page.keyboard.press("Escape");
        if (narrow) await chat.openRooms();
        await look("rooms of three kinds");
        await chat.enter(chat.texts.lobby);
        await chat.composer.fill("가".repeat(4001));
        await look("a text that is too long");
        await chat.composer.fill("");
        await maru.stop();
        await expect(chat.connection).toBeVisible();
        await chat.write("waits");
        await expect(chat.pending).toHaveCount(1);
        await look("reconnecting, with a text that waits");
      });
    }
  }
}
