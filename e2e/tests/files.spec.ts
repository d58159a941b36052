import { readFile } from "node:fs/promises";

import { FilesPage, isDrawn } from "../pages/files.ts";
import { violations } from "../support/axe.ts";
import { bytes, film, picture, textFile, tone } from "../support/files.ts";
import { expectNoSidewaysScroll, VIEWPORTS } from "../support/layout.ts";
import { expect, NETWORK_GONE, test } from "../support/test.ts";

/** What Chromium says on the console when a file is too large. */
const TOO_LARGE = /the server responded with a status of 413/;

test("a picture is chosen, comes with a message without text, and is shown to the other", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  const [mine, hers] = [new FilesPage(minsu), new FilesPage(jiyeong)];
  await mine.choose(picture("은행나무.png", 1200, 800));
  await mine.toBeWhole("은행나무.png");
  await expect(mine.card("은행나무.png").locator("canvas")).toBeVisible();
  await minsu.composer.press("Enter");
  await expect(mine.cards).toHaveCount(0);
  for (const files of [mine, hers]) {
    const image = files.picture("은행나무.png").getByRole("img");
    await expect(image).toBeVisible();
    await expect.poll(() => isDrawn(image)).toBe(true);
    await expect(image).toHaveAttribute("src", /^\/api\/files\/[0-9a-f-]+\/thumbnail$/);
    const place = (await image.boundingBox())!;
    expect([place.width, Math.round(place.height)]).toEqual([400, 267]);
  }
  await expect(minsu.pending).toHaveCount(0);
});

test("a picture moves nothing when it comes: its place was there before", async ({ browsers }) => {
  const minsu = await browsers.arrive("Minsu");
  const jiyeong = await browsers.arrive("Jiyeong");
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await jiyeong.page.route("**/thumbnail", async (route) => {
    await held;
    await route.continue();
  });
  const files = new FilesPage(minsu);
  await files.choose(picture("tall.png", 300, 900));
  await files.toBeWhole("tall.png");
  await minsu.write("look");
  await minsu.write("below");
  await jiyeong.toShow(["look", "below"]);
  const below = jiyeong.message("below");
  const before = await below.boundingBox();
  const image = new FilesPage(jiyeong).picture("tall.png").getByRole("img");
  expect(await isDrawn(image)).toBe(false);
  goOn();
  await expect.poll(() => isDrawn(image)).toBe(true);
  expect(await below.boundingBox()).toEqual(before);
});

test("several are pasted and dropped; a hint says where they come; a table is pasted as its text", async ({ browsers }) => {
  const minsu = await browsers.arrive("Minsu");
  const files = new FilesPage(minsu);
  await files.paste([picture("pasted.png", 40, 30)]);
  await files.toBeWhole("pasted.png");
  await files.paste([picture("table.png", 40, 30)], { "text/plain": "a\tb", "text/html": "<table></table>" });
  await files.drag([textFile("a.txt", "a")], "dragover");
  const hint = minsu.page.getByText(minsu.texts.dropHere);
  await expect(hint).toBeVisible();
  await files.drag([textFile("a.txt", "a"), picture("b.png", 60, 60)], "drop");
  await expect(hint).toBeHidden();
  await files.toBeWhole("pasted.png", "a.txt", "b.png");
  await minsu.write("three");
  await expect(files.picture("pasted.png")).toBeVisible();
  await expect(files.picture("b.png")).toBeVisible();
  await expect(files.link("a.txt")).toBeVisible();
});

test("progress is shown; Enter sends when all is up; what is cancelled is gone", async ({ browsers }) => {
  const minsu = await browsers.arrive("Minsu");
  const jiyeong = await browsers.arrive("Jiyeong");
  const { page, texts } = minsu;
  const files = new FilesPage(minsu);
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await page.route("**/api/files/*", async (route) => {
    const isLater = route.request().headers()["upload-offset"] !== "0";
    if (route.request().method() === "PATCH" && isLater) await held;
    // What was cancelled is asked for by nobody any more.
    await route.continue().catch(() => {});
  });
  await files.choose(bytes("large.bin", 1_000_000), bytes("unwanted.bin", 900_000));
  const progress = files.card("large.bin").getByRole("progressbar");
  await expect(progress).toHaveAttribute("value", String(256 * 1024));
  await expect(progress).toHaveAttribute("max", "1000000");
  await minsu.composer.fill("both");
  await minsu.composer.press("Enter");
  await expect(files.note).toContainText(texts.sendsWhenWhole);
  await expect(minsu.composer).toHaveValue("both");
  await minsu.composer.fill("only one");
  const forgotten = page.waitForRequest((request) => request.method() === "DELETE");
  await files.button(texts.cancelUpload, "unwanted.bin").click();
  await forgotten;
  await expect(files.cards).toHaveCount(1);
  await jiyeong.toShow([]);
  goOn();
  await jiyeong.toShow(["only one"]);
  await expect(new FilesPage(jiyeong).link("large.bin")).toBeVisible();
  await expect(new FilesPage(jiyeong).link("unwanted.bin")).toHaveCount(0);
  await expect(minsu.composer).toHaveValue("");
  await expect(files.cards).toHaveCount(0);
});

test("files go on in a room that is not open, and its message is sent from there", async ({ browsers, client }) => {
  const sora = await client("Sora");
  await sora.makeRoom("walks");
  const minsu = await browsers.arrive("Minsu");
  const jiyeong = await browsers.arrive("Jiyeong");
  await minsu.join("walks");
  await minsu.enter(minsu.texts.lobby);
  const files = new FilesPage(minsu);
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await minsu.page.route("**/api/files/*", async (route) => {
    await held;
    await route.continue();
  });
  await files.choose(textFile("later.txt", "later"));
  await expect(files.cards).toHaveCount(1);
  await minsu.composer.fill("here it is");
  await minsu.composer.press("Enter");
  await expect(files.note).toContainText(minsu.texts.sendsWhenWhole);
  await minsu.enter("walks");
  await expect(files.cards).toHaveCount(0);
  goOn();
  await jiyeong.toShow(["here it is"]);
  await expect(new FilesPage(jiyeong).link("later.txt")).toBeVisible();
  await minsu.enter(minsu.texts.lobby);
  await expect(minsu.composer).toHaveValue("");
});

test.describe("days on which the line is not well", () => {
  test.use({ provoked: NETWORK_GONE });

  test("the line is lost in the middle: the file goes on where it was, and arrives as it was", async ({ browsers, line }) => {
    const jiyeong = await browsers.arrive("Jiyeong");
    const minsu = await browsers.arrive("Minsu", { at: line.url });
    const files = new FilesPage(minsu);
    const sent: number[] = [];
    let cut = false;
    await minsu.page.route("**/api/files/*", async (route) => {
      const request = route.request();
      const offset = request.headers()["upload-offset"];
      if (request.method() === "PATCH" && offset !== undefined) {
        sent.push(Number(offset));
        if (!cut && offset !== "0") {
          cut = true;
          line.cut();
        }
      }
      await route.continue();
    });
    const large = bytes("large.bin", 3_000_000);
    await files.choose(large);
    await expect(files.card("large.bin")).toHaveAttribute("data-stage", "resting");
    line.mend();
    await files.toBeWhole("large.bin");
    await minsu.write("it came");
    await jiyeong.toShow(["it came"]);
    expect(sent.filter((offset) => offset === 0), "nothing is sent twice").toHaveLength(1);
    const loading = jiyeong.page.waitForEvent("download");
    await new FilesPage(jiyeong).link("large.bin").click();
    const loaded = await readFile(await (await loading).path());
    expect(loaded.equals(large.buffer)).toBe(true);
  });

  test("the page is loaded anew: what is whole is there, what is not says so and goes on when it is chosen again", async ({ browsers, line }) => {
    const minsu = await browsers.arrive("Minsu", { at: line.url });
    const { page, texts } = minsu;
    const files = new FilesPage(minsu);
    await files.choose(picture("whole.png", 40, 30));
    await files.toBeWhole("whole.png");
    let isGone = true;
    await page.route("**/api/files/*", async (route) => {
      const offset = route.request().headers()["upload-offset"];
      if (isGone && offset !== undefined && offset !== "0") await route.abort();
      else await route.continue();
    });
    const large = bytes("large.bin", 1_000_000);
    await files.choose(large);
    await expect(files.card("large.bin")).toHaveAttribute("data-stage", "resting");
    await minsu.composer.fill("half written");
    await minsu.reload();
    isGone = false;
    await expect(files.card("whole.png")).toHaveAttribute("data-stage", "whole");
    await expect(files.card("large.bin")).toHaveAttribute("data-stage", "stopped");
    await expect(minsu.composer).toHaveValue("half written");
    const offsets: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "PATCH") offsets.push(request.headers()["upload-offset"]!);
    });
    const choice = page.waitForEvent("filechooser");
    await files.button(texts.chooseAgain, "large.bin").click();
    await (await choice).setFiles([large]);
    await files.toBeWhole("whole.png", "large.bin");
    expect(offsets[0]).toBe(String(256 * 1024));
  });
});

test.describe("what the server refuses", () => {
  test.use({ flags: ["--file-bytes", "1000"], provoked: TOO_LARGE });

  test("a file that is too large says so, keeps the text, and can be taken out", async ({ browsers }) => {
    const minsu = await browsers.arrive("민수", { language: "ko" });
    const files = new FilesPage(minsu);
    await minsu.composer.fill("이것 좀 보세요");
    await files.choose(bytes("영화.bin", 2_000), textFile("작은 것.txt", "작다"));
    await expect(files.card("영화.bin")).toContainText("1.0 KB까지");
    await expect(files.card("작은 것.txt")).toHaveAttribute("data-stage", "whole");
    await minsu.composer.press("Enter");
    await expect(minsu.composer).toHaveValue("이것 좀 보세요");
    await expect(minsu.send).toHaveAttribute("aria-disabled", "true");
    expect(await violations(minsu.page)).toEqual([]);
    await files.button(minsu.texts.remove, "영화.bin").click();
    await minsu.composer.press("Enter");
    await minsu.toShow(["이것 좀 보세요"]);
    await expect(files.link("작은 것.txt")).toBeVisible();
  });
});

test("at most ten come with a message", async ({ browsers }) => {
  const minsu = await browsers.arrive("Minsu");
  const files = new FilesPage(minsu);
  await files.choose(...Array.from({ length: 11 }, (_, number) => textFile(`${number}.txt`, `${number}`)));
  await expect(files.cards).toHaveCount(10);
  await expect(minsu.page.getByRole("alert")).toContainText("10");
});

test("pictures are seen large, by the keyboard alone", async ({ browsers }) => {
  const minsu = await browsers.arrive("Minsu");
  const { page, texts } = minsu;
  const files = new FilesPage(minsu);
  await files.choose(picture("one.png", 900, 600), picture("two.png", 600, 900));
  await files.toBeWhole("one.png", "two.png");
  await minsu.composer.press("Enter");
  const first = files.picture("one.png");
  await first.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: texts.pictures, exact: true });
  const shown = (name: string) => dialog.getByRole("img", { name, exact: true });
  await expect(shown("one.png")).toBeVisible();
  await expect.poll(() => isDrawn(shown("one.png"))).toBe(true);
  await expect(shown("one.png")).toHaveAttribute("src", /^\/api\/files\/[0-9a-f-]+$/);
  await page.keyboard.press("ArrowRight");
  await expect(shown("two.png")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(shown("two.png")).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await expect(shown("one.png")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  const loading = page.waitForEvent("download");
  await dialog.getByRole("link", { name: texts.download }).click();
  expect((await loading).suggestedFilename()).toBe("one.png");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(first).toBeFocused();
});

test("a film and a tone are played where they stand, from anywhere in them", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  const files = new FilesPage(minsu);
  await files.choose(await film(minsu.page, "산책.webm"), tone("종.wav", 3));
  await files.toBeWhole("산책.webm", "종.wav");
  await minsu.write("들어 보세요");
  for (const [kind, name] of [["video", "산책.webm"], ["audio", "종.wav"]] as const) {
    const player = jiyeong.log.locator(`${kind}[aria-label="${name}"]`);
    await expect(player).toHaveAttribute("controls", "");
    await expect(player).toHaveJSProperty("error", null);
    const played = player.evaluate(async (player: HTMLMediaElement) => {
      const ended = new Promise((resolve) => player.addEventListener("ended", resolve, { once: true }));
      player.muted = true;
      await player.play();
      await ended;
      return player.currentTime;
    });
    expect(await played).toBeGreaterThan(0);
    await expect(jiyeong.log.getByRole("link", { name })).toHaveAttribute("download", name);
  }
  const tune = jiyeong.log.locator("audio");
  const at = await tune.evaluate(async (player: HTMLMediaElement) => {
    const sought = new Promise((resolve) => player.addEventListener("seeked", resolve, { once: true }));
    player.currentTime = 2;
    await sought;
    return [player.duration, player.currentTime];
  });
  expect(at).toEqual([3, 2]);
});

test("a text is saved under its Korean name", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  const files = new FilesPage(minsu);
  await files.choose(textFile("회의록 11월.txt", "토요일에 만나요"));
  await files.toBeWhole("회의록 11월.txt");
  await minsu.composer.press("Enter");
  const loading = jiyeong.page.waitForEvent("download");
  await new FilesPage(jiyeong).link("회의록 11월.txt").click();
  const loaded = await loading;
  expect(loaded.suggestedFilename()).toBe("회의록 11월.txt");
  expect(await readFile(await loaded.path(), "utf8")).toBe("토요일에 만나요");
});

test("a page or a drawing that somebody sends is never shown as one", async ({ browsers }) => {
  const minsu = await browsers.arrive("Minsu");
  const files = new FilesPage(minsu);
  const evil = "<!doctype html><title>evil</title><script>document.title = 'ran'</script>";
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = 'ran'</script></svg>`;
  await files.choose(textFile("a.html", evil, "text/html"), textFile("b.svg", drawing, "image/svg+xml"));
  await files.toBeWhole("a.html", "b.svg");
  await minsu.composer.press("Enter");
  for (const name of ["a.html", "b.svg"]) {
    const link = files.link(name);
    const answer = await minsu.page.request.get((await link.getAttribute("href"))!);
    expect(answer.headers()["content-disposition"]).toMatch(/^attachment/);
    expect(answer.headers()["content-type"]).not.toMatch(/html|svg/);
    expect(answer.headers()["content-security-policy"]).toContain("sandbox");
  }
  await expect(files.picture("b.svg")).toHaveCount(0);
});

for (const viewport of VIEWPORTS.filter(({ width }) => width !== 768)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${viewport.width} px, ${colorScheme}`, () => {
      test.use({ provoked: TOO_LARGE, flags: ["--file-bytes", "2000000"] });

      test("axe finds nothing serious, and nothing sticks out", async ({ browsers }) => {
        const minsu = await browsers.arrive("민수", { language: "ko", viewport, colorScheme, reducedMotion: "reduce" });
        const files = new FilesPage(minsu);
        const look = async (screen: string) => {
          expect.soft(await violations(minsu.page), screen).toEqual([]);
          await expectNoSidewaysScroll(minsu.page);
          if (process.env["MARU_SCREENSHOT"]) {
            const path = `shots/files-${screen}-${viewport.width}-${colorScheme}.png`;
            await minsu.page.screenshot({ path, animations: "disabled" });
          }
        };
        await minsu.write("토요일에 찍은 사진이에요. 다들 잘 나왔어요!");
        const trip = ["선유도 공원의 은행나무.png", "다리.png", "점심.png", "단체.png", "강.png"];
        await files.choose(...trip.map((name, at) => picture(name, 320 + 60 * at, 300)));
        await files.toBeWhole(...trip);
        await minsu.composer.press("Enter");
        await expect(files.picture(trip[4]!)).toBeVisible();
        await files.choose(picture("하늘.png", 800, 450), textFile("다음 모임에 가져올 것들의 아주 긴 목록 - 최종 - 진짜 최종.pdf.txt", "돗자리"));
        await files.toBeWhole("하늘.png", "다음 모임에 가져올 것들의 아주 긴 목록 - 최종 - 진짜 최종.pdf.txt");
        await minsu.write("목록도 올려요");
        await expect(files.picture("하늘.png")).toBeVisible();
        await files.choose(picture("셋.png", 300, 300), bytes("영화.mp4", 2_000_001), textFile("메모.md", "# 메모"));
        await expect(files.card("영화.mp4")).toHaveAttribute("data-stage", "stopped");
        await expect(files.card("메모.md")).toHaveAttribute("data-stage", "whole");
        await look("tray");
        await files.drag([textFile("a.txt", "a")], "dragover");
        await look("drop");
        await minsu.page.evaluate(() => window.dispatchEvent(new DragEvent("dragleave")));
        await files.picture(trip[0]!).click();
        const dialog = await minsu.dialog(minsu.texts.pictures);
        await expect.poll(() => isDrawn(dialog.getByRole("img", { name: trip[0]!, exact: true }))).toBe(true);
        await look("lightbox");
      });
    });
  }
}
