import { resolve } from "node:path";

import type { Page } from "@playwright/test";

import { VIEWPORTS } from "../support/layout.ts";
import { either, expect, NETWORK_GONE, REFUSED, test, UNHURRIED } from "../support/test.ts";
import type { Language } from "../support/texts.ts";

test.skip(!process.env["MARU_SCREENSHOT"], "only when pictures are wanted: MARU_SCREENSHOT=1");
test.use({ flags: UNHURRIED, provoked: either(NETWORK_GONE, REFUSED) });

const root = resolve(import.meta.dirname, "../..");

/** The room that a page shows. */
function roomId(page: Page): string {
  return new URL(page.url()).pathname.slice("/r/".length);
}

type Line = readonly [by: string, text: string];

const morning: readonly Line[] = [
  ["지영", "좋은 아침이에요! 토요일 소풍 장소, 다들 생각해 보셨어요?"],
  ["Daniel", "Morning! I vote for Seonyudo Park. Easy by subway, and the trees are turning right now."],
  ["Daniel", "Line 9, exit 2, then a ten-minute walk."],
  ["현우", "선유도 좋아요!"],
  ["현우", "지난주에 자전거 타고 지나갔는데 은행나무가 벌써 노랗더라고요."],
  ["지영", "그럼 선유도로 해요. 도시락은 각자 싸 오고, 과일은 제가 가져갈게요."],
  ["Amélie", "I can bring a big blanket and my thermos: tea for six, at least."],
  ["하은", "저는 김밥 두 줄 싸 갈게요. 하나는 참치, 하나는 채소로요.\n혹시 못 드시는 것 있으면 알려 주세요!"],
  ["Amélie", "No shellfish for me, otherwise everything. Thank you 하은!"],
];

const noon: readonly Line[] = [
  ["현우", "비 소식은 없네요. 최고 17도."],
  ["Daniel", "Perfect. Meet at the bridge at half past ten?"],
  ["지영", "네, 10시 30분에 선유교 앞에서 만나요."],
  ["하은", "단풍 보면서 걸어요!"],
];

const trip: readonly Line[] = [
  ["현우", "사진은 여기에 모읍시다."],
  ["Amélie", "Good idea. I will bring the film camera, too."],
  ["현우", "필름이요? 멋지다."],
];

for (const { width, height } of VIEWPORTS) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const language of ["en", "ko"] satisfies Language[]) {
      test(`${width} px, ${colorScheme}, ${language}`, { tag: "@screenshot" }, async ({ browsers, client, maru }) => {
        const viewport = { width, height };
        const narrow = width < 700;
        const picture = async (what: string) => {
          await door.page.evaluate(() => document.fonts.ready);
          await door.page.screenshot({ path: `shots/${what}-${width}-${colorScheme}-${language}.png`, animations: "disabled" });
        };
        const door = await browsers.visit({ viewport, colorScheme, language, reducedMotion: "reduce" });
        await picture("sign-in");
        const people = Object.fromEntries(
          await Promise.all(
            ["지영", "Daniel", "현우", "Amélie", "하은"].map(async (name) => [name, await client(name)] as const),
          ),
        );
        const say = async (lines: readonly Line[], room?: string) => {
          for (const [by, text] of lines) await people[by]!.post(text, room);
        };
        const photos = await people["현우"]!.makeRoom("소풍 사진");
        const books = await people["Daniel"]!.makeRoom("Book club");
        for (const name of ["Amélie", "하은"]) await people[name]!.join(photos);

        await say(morning);
        const me = await door.comeIn("민수");
        for (const room of ["소풍 사진", "Book club"]) {
          if (narrow) await me.openRooms();
          await me.join(room);
        }
        if (narrow) await me.openRooms();
        await me.enter(me.texts.lobby);
        await expect(me.message(morning[8]![1])).toBeVisible();
        await me.write("저도 갈게요! 돗자리 하나 더 챙길까요?");
        await me.write("And I have a frisbee.");
        await say(noon);
        await people["Daniel"]!.leave();
        await say(trip, photos.id);
        await people["Amélie"]!.join(books);
        await people["Amélie"]!.post("Page 120, and I cannot stop.", books.id);
        await expect(me.message(noon[3]![1])).toBeVisible();
        if (!narrow) {
          await expect(me.unread("소풍 사진")).toHaveText("3");
          await expect(me.unread("Book club")).toHaveText("1");
        }
        people["지영"]!.typing();
        await expect(me.typing).toContainText("지영");
        await picture("chat");
        if (width === 1280 && colorScheme === "light" && language === "en") {
          await me.page.screenshot({ path: resolve(root, "docs/screenshot.png"), animations: "disabled" });
        }

        if (narrow) {
          await me.openRooms();
          await picture("rooms");
          await me.page.reload();
          await me.toBeReady();
          await me.openPeople();
          await picture("people");
          await me.page.reload();
          await me.toBeReady();
          await me.openRooms();
        }
        await me.newRoom.open();
        await me.newRoom.name.fill("LOBBY");
        await me.newRoom.create.click();
        await expect(me.newRoom.refusal).toBeVisible();
        await picture("new-room-refused");
        await me.page.keyboard.press("Escape");
        if (narrow) await me.openRooms();
        const all = await me.browse();
        await expect(me.listed(all, "소풍 사진")).toBeVisible();
        await picture("browse");
        await me.page.keyboard.press("Escape");
        if (narrow) await me.openRooms();
        const settings = await me.settings();
        await picture("settings");
        await settings.getByRole("button", { name: me.texts.signOut }).click();
        await picture("sign-out");

        await me.page.reload();
        await me.toBeReady();
        if (narrow) await me.openRooms();
        await me.newRoom.make("깜짝 생일 파티", { isPrivate: true });
        await expect(me.title("깜짝 생일 파티")).toBeVisible();
        const topic = await me.withRoom(me.texts.describe);
        await topic.getByRole("textbox").fill("하은 님 생일, 11월 28일 토요일 저녁");
        await topic.getByRole("button", { name: me.texts.save }).click();
        await expect(topic).toBeHidden();
        const guests = await me.withRoom(me.texts.invitePeople);
        await expect(guests.getByRole("checkbox")).toHaveCount(6);
        await guests.getByRole("checkbox", { name: /^지영/ }).check();
        await guests.getByRole("checkbox", { name: /^Daniel/ }).check();
        await picture("invite");
        await guests.getByRole("button", { name: me.texts.invite, exact: true }).click();
        await expect(guests).toBeHidden();
        await people["지영"]!.post("케이크는 제가 맡을게요!", roomId(me.page));
        await me.write("고마워요. 저는 풍선이랑 초를 살게요.");
        await me.write("아 이건 지워야겠다");
        const sure = await me.askToDelete("아 이건 지워야겠다");
        await picture("delete-message");
        await sure.getByRole("button", { name: me.texts.delete, exact: true }).click();
        await expect(sure).toBeHidden();
        await me.about();
        await picture("about-room");
        await me.page.keyboard.press("Escape");
        for (const names of [["Amélie"], ["현우", "하은"], ["민수"]]) {
          if (narrow) await me.openRooms();
          await me.choose(await me.findPeople(), names, me.texts.sendMessage);
          const [first] = names;
          await expect(me.page.getByRole("heading", { level: 1 })).toContainText(first === "민수" ? me.texts.notesToSelf : first!);
        }
        if (narrow) await me.openRooms();
        await me.enter("깜짝 생일 파티");
        await me.message("케이크는 제가 맡을게요!").hover();
        await me.openPeople();
        await me.person("지영").getByRole("button").click();
        await picture("person");
        await me.page.keyboard.press("Escape");
        await me.page.reload();
        await me.toBeReady();
        if (narrow) await me.openRooms();
        await picture("private-room");

        await me.page.goto(`/r/${photos.id}`);
        await me.toBeReady();
        await expect(me.unreadLine).toBeVisible();
        await picture("unread");
        await me.page.goto(`/r/${books.id}`);
        await me.toBeReady();
        await me.composer.fill("가나다라 ".repeat(801));
        await picture("too-long");
        await me.composer.fill("");
        await maru.stop();
        await expect(me.connection).toBeVisible();
        await me.write("지하철이라 끊겼어요. 곧 보낼게요!");
        await me.write("See you in a bit.");
        await expect(me.pending).toHaveCount(2);
        await picture("reconnecting");
        await maru.start();
        await expect(me.pending).toHaveCount(0);
        if (narrow) await me.openRooms();
        await me.newRoom.make("조용한 방");
        await expect(me.page).not.toHaveURL(new RegExp(books.id));
        await expect(me.connection).toBeHidden();
        await picture("empty");
      });
    }
  }
}
