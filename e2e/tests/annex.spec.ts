import { violations } from "../support/axe.ts";
import { expect, NETWORK_GONE, test } from "../support/test.ts";

/** The files of what is loaded when it is first wanted. */
const ANNEX = /\/annex-[0-9a-f]{16}\.(js|wasm|css)(\?|$)/;

test("who saves data, comes in and writes loads nothing of it; who opens the settings loads it once", async ({ browsers }) => {
  const door = await browsers.visit({ savesData: true });
  const loaded: string[] = [];
  door.page.on("request", (request) => {
    const file = ANNEX.exec(request.url());
    if (file) loaded.push(file[1]!);
  });
  const minsu = await door.comeIn("Minsu");
  await minsu.write("hello");
  await minsu.toShow(["hello"]);
  await minsu.reload();
  expect(loaded).toEqual([]);

  await minsu.settings();
  expect([...new Set(loaded)].toSorted()).toEqual(["css", "js", "wasm"]);
  await minsu.page.keyboard.press("Escape");
  const once = loaded.length;
  await minsu.settings();
  expect(loaded).toHaveLength(once);
});

test("it is loaded when the page has nothing else to do, and only after one is in", async ({ browsers }) => {
  const door = await browsers.visit();
  const loaded: string[] = [];
  door.page.on("request", (request) => {
    const file = ANNEX.exec(request.url());
    if (file) loaded.push(file[1]!);
  });
  await expect(door.page.getByRole("textbox", { name: door.texts.name })).toBeVisible();
  expect(loaded).toEqual([]);
  const wasm = door.page.waitForResponse((response) => ANNEX.exec(response.url())?.[1] === "wasm");
  const minsu = await door.comeIn("Minsu");
  await (await wasm).finished();
  expect([...new Set(loaded)].toSorted()).toEqual(["css", "js", "wasm"]);
  const once = loaded.length;
  await minsu.settings();
  expect(loaded, "nothing is left to be loaded").toHaveLength(once);
});

test("its files may be kept for ever", async ({ browsers }) => {
  const { page } = await browsers.visit();
  const named = await page.locator("meta[name=annex]").getAttribute("content");
  for (const file of named!.split(" ")) {
    const answer = await page.request.get(file);
    expect(answer.headers()["cache-control"], file).toContain("immutable");
  }
});

test("the dialog is closed before it is there: nothing is shown, and it opens again", async ({ browsers }) => {
  const minsu = await browsers.arrive("Minsu", { savesData: true });
  const { page, texts } = minsu;
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await page.route(ANNEX, async (route) => {
    await held;
    await route.continue();
  });
  const button = page.getByRole("button", { name: texts.settings });
  const dialog = page.getByRole("dialog", { name: texts.settings });
  await button.click();
  await expect(dialog.getByRole("status")).toHaveText("Loading…");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(button, "the focus is back where it was").toBeFocused();

  await button.click();
  await expect(dialog.getByRole("status")).toBeVisible();
  goOn();
  await expect(dialog.getByRole("radiogroup")).toHaveCount(2);
  await expect(dialog.locator(":focus"), "the focus stays in the dialog").toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
});

test("what is done with a message before it is there waits for it, and is done once", async ({ browsers }) => {
  const sora = await browsers.arrive("소라");
  await sora.write("점심?");
  await sora.react("점심?", "👍");
  const minsu = await browsers.arrive("민수", { savesData: true });
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await minsu.page.route(ANNEX, async (route) => {
    await held;
    await route.continue();
  });
  const chip = minsu.reaction("점심?", "👍");
  await chip.click();
  await expect(chip).toHaveAttribute("aria-busy", "true");
  goOn();
  await expect(chip).toHaveText("👍 2");
  await expect(chip).not.toHaveAttribute("aria-busy");
  await expect(minsu.message("점심?").getByRole("toolbar"), "it is pointed at").toBeVisible();
  await chip.click();
  await expect(chip).toHaveText("👍 1");
});

test("what lies beside a button comes when it is there: no click is lost", async ({ browsers }) => {
  const sora = await browsers.arrive("Sora");
  const minsu = await browsers.arrive("Minsu", { savesData: true });
  await expect(minsu.person("Sora")).toHaveAttribute("data-here", "true");
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await minsu.page.route(ANNEX, async (route) => {
    await held;
    await route.continue();
  });
  const asked = minsu.page.waitForRequest(ANNEX);
  const button = minsu.person("Sora").getByRole("button");
  await button.click();
  await asked;
  goOn();
  const talk = minsu.person("Sora").getByRole("group").getByRole("button", { name: "Send a message" });
  await expect(talk).toBeVisible();
  await minsu.page.keyboard.press("Escape");
  await expect(talk).toBeHidden();
  await expect(button, "the focus is back where it was").toBeFocused();
  await button.click();
  await talk.click();
  await expect(minsu.title("Sora")).toBeVisible();
  await expect(sora.composer).toBeVisible();
});

test.describe("without a network", () => {
  test.use({ provoked: NETWORK_GONE });

  test("what is done with a message says so, and is done when it is tried again", async ({ browsers }) => {
    const sora = await browsers.arrive("소라");
    await sora.write("점심?");
    await sora.react("점심?", "👍");
    const minsu = await browsers.arrive("민수", { language: "ko", savesData: true });
    await minsu.page.route(ANNEX, (route) => route.abort("internetdisconnected"));
    const chip = minsu.reaction("점심?", "👍");
    await chip.click();
    await expect(minsu.page.locator(".outcome")).toHaveText(/불러오지 못했어요/);
    await expect(chip).not.toHaveAttribute("aria-busy");
    await minsu.page.unroute(ANNEX);
    await chip.click();
    await expect(chip).toHaveText("👍 2");
  });

  test("what lies beside a button says so in a dialog where it cannot be loaded, and comes when it is tried again", async ({ browsers }) => {
    await browsers.arrive("Sora");
    const minsu = await browsers.arrive("Minsu", { savesData: true });
    const { page } = minsu;
    await expect(minsu.person("Sora")).toHaveAttribute("data-here", "true");
    const broken = /\/annex-[0-9a-f]{16}\.wasm/;
    await page.route(broken, (route) => route.abort("internetdisconnected"));
    await minsu.person("Sora").getByRole("button").click();
    const dialog = page.getByRole("dialog", { name: "Sora" });
    await expect(dialog.getByRole("alert")).toHaveText(/could not be loaded/);
    expect(await violations(page)).toEqual([]);
    await page.unroute(broken);
    await dialog.getByRole("button", { name: "Try again" }).click();
    await dialog.getByRole("button", { name: "Send a message" }).click();
    await expect(dialog).toBeHidden();
    await expect(minsu.title("Sora")).toBeVisible();
  });

  for (const [language, againIs, cancelIs] of [["ko", "다시 해 보기", "취소"], ["en", "Try again", "Cancel"]] as const) {
    test(`a message that cannot be written anew is put back, by Escape and by a button (${language})`, async ({ browsers }) => {
      const minsu = await browsers.arrive("민수", { language, savesData: true });
      const { page } = minsu;
      await minsu.write("하나");
      await minsu.toShow(["하나"]);
      const broken = /\/annex-[0-9a-f]{16}\.wasm/;
      await page.route(broken, (route) => route.abort("internetdisconnected"));
      const message = minsu.articles.first();
      const alert = message.getByRole("alert");
      const again = message.getByRole("button", { name: againIs });
      const cancel = message.getByRole("button", { name: cancelIs });

      await minsu.composer.press("ArrowUp");
      await expect(alert).toBeVisible();
      await expect(again).toBeFocused();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Enter");
      await expect(again, "the focus comes back with what failed again").toBeFocused();
      await page.keyboard.press("Escape");
      await minsu.toShow(["하나"]);
      await expect(minsu.composer).toBeFocused();

      await minsu.composer.press("ArrowUp");
      await expect(again).toBeFocused();
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Shift+Tab");
      await expect(cancel).toBeFocused();
      await page.keyboard.press("Enter");
      await minsu.toShow(["하나"]);
      await expect(minsu.composer).toBeFocused();

      await minsu.composer.press("ArrowUp");
      await expect(again).toBeFocused();
      await page.unroute(broken);
      await page.keyboard.press("Enter");
      await expect(minsu.editField).toBeFocused();
      await expect(minsu.editField).toHaveValue("하나");
    });
  }

  for (const kind of ["js", "wasm", "css"] as const) {
    test(`what cannot be loaded (${kind}) says so, and comes when it is tried again`, async ({ browsers }) => {
      const minsu = await browsers.arrive("민수", { language: "ko", savesData: true });
      const { page, texts } = minsu;
      await minsu.composer.fill("쓰다 만 글");
      const broken = new RegExp(`/annex-[0-9a-f]{16}\\.${kind}`);
      await page.route(broken, (route) => route.abort("internetdisconnected"));
      await page.getByRole("button", { name: texts.settings }).click();
      const dialog = page.getByRole("dialog", { name: texts.settings });
      const alert = dialog.getByRole("alert");
      await expect(alert).toHaveText(/불러오지 못했어요/);
      expect(await violations(page)).toEqual([]);

      const again = dialog.getByRole("button", { name: "다시 해 보기" });
      const asked = page.waitForRequest(broken);
      await again.click();
      await asked;
      await expect(alert).toBeVisible();
      await page.unroute(broken);
      await again.click();
      await expect(dialog.getByRole("radiogroup")).toHaveCount(2);
      await expect(alert).toBeHidden();
      await expect(dialog.locator(":focus"), "the focus stays in the dialog").toHaveCount(1);
      const unstyled = await dialog.getByRole("radio").first().evaluate((radio) => getComputedStyle(radio).opacity);
      expect(unstyled, "it has its styles").toBe("0");

      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
      await expect(minsu.composer, "nothing is lost").toHaveValue("쓰다 만 글");
    });
  }

  test("one who cannot sign out stays, and reads why", async ({ browsers, maru }) => {
    const minsu = await browsers.arrive("Minsu");
    const settings = await minsu.settings();
    await settings.getByRole("button", { name: minsu.texts.signOut }).click();
    await maru.stop();
    await settings.getByRole("button", { name: minsu.texts.signOut }).click();
    await expect(settings.getByRole("alert")).toHaveText("The server did not answer. Try again.");
    await maru.start();
    await settings.getByRole("button", { name: minsu.texts.signOut }).click();
    await expect(minsu.page.getByRole("textbox", { name: minsu.texts.name })).toBeVisible();
  });
});
