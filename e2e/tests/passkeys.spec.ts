import { randomUUID } from "node:crypto";

import type { CDPSession, Locator, Page } from "@playwright/test";

import { violations } from "../support/axe.ts";
import { type Browsers, ChatPage, expect, type Maru, SignInPage, test } from "../support/test.ts";
import type { Language } from "../support/texts.ts";

const PASSWORD = "느린 달팽이 셋이 걷는다";

/** What Chromium says on the console when the server refuses a sign-in. */
const TURNED_AWAY = /Failed to load resource: the server responded with a status of 403/;

/** Where Maru has a name: an address is none that passkeys could belong to. */
function named(maru: Maru): string {
  return `http://localhost:${maru.port}`;
}

/** The door, in a browser with an authenticator that knows its person. */
async function doorWithAuthenticator(browsers: Browsers, maru: Maru, language: Language = "en") {
  const door = await browsers.visit({ at: named(maru), language });
  const authenticator = await door.page.context().newCDPSession(door.page);
  await authenticator.send("WebAuthn.enable");
  const { authenticatorId } = await authenticator.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { door, authenticator, authenticatorId };
}

/** A guest becomes a member, and leaves the settings open where passkeys are. */
async function becomeMember(chat: ChatPage) {
  const { texts } = chat;
  const settings = await chat.settings();
  await expect(settings.getByRole("button", { name: texts.passkeys, exact: true }), "guests have none").toHaveCount(0);
  await settings.getByRole("button", { name: texts.becomeMember }).click();
  await settings.getByLabel(texts.newPassword, { exact: true }).fill(PASSWORD);
  await settings.getByRole("button", { name: texts.setPassword }).click();
  await settings.getByRole("button", { name: texts.passkeys, exact: true }).click();
  return settings;
}

/** Adds a passkey, and gives the list in which it is. */
async function addPasskey(chat: ChatPage) {
  const settings = await becomeMember(chat);
  const rows = settings.getByRole("listitem");
  await expect(rows).toHaveCount(0);
  await askForPasskey(chat, settings, PASSWORD);
  await expect(rows).toHaveCount(1);
  return { settings, rows };
}

/** Asks for one more, as whoever knows this password. */
async function askForPasskey({ texts }: ChatPage, settings: Locator, password: string) {
  await settings.getByRole("button", { name: texts.addPasskey }).click();
  await settings.getByLabel(texts.currentPassword, { exact: true }).fill(password);
  await settings.getByRole("button", { name: texts.addPasskey }).click();
}

async function signOut({ page, texts }: ChatPage): Promise<SignInPage> {
  const dialog = page.getByRole("dialog", { name: texts.settings });
  await dialog.getByRole("button", { name: texts.signOut }).click();
  await dialog.getByRole("button", { name: texts.signOut }).click();
  const door = new SignInPage(page, texts);
  await expect(door.name).toBeVisible();
  return door;
}

/** Has the browser say that there is no passkey, for this reason; over when it has said so. */
function failWith(page: Page, reason: string): Promise<void> {
  return page.evaluate(
    (name) =>
      new Promise<void>((said) => {
        navigator.credentials.get = () => {
          said();
          return Promise.reject(new DOMException("", name));
        };
      }),
    reason,
  );
}

async function kept(authenticator: CDPSession, authenticatorId: string): Promise<number> {
  return (await authenticator.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;
}

for (const [language, words] of Object.entries({
  en: { made: /^Made [^·]*$/, used: /^Made .* · last used /, unknown: "This passkey is not known here.", device: "Chrome · Linux" },
  ko: { made: /^만든 때 [^·]*$/, used: /^만든 때 .* · 마지막으로 쓴 때 /, unknown: "이 패스키는 여기에서 쓸 수 없어요.", device: "Chrome · Linux" },
} as const)) {
  test.describe(language, () => {
    test.use({ provoked: TURNED_AWAY });

    test("a member comes in by a passkey, without a name, until it is taken away", async ({ browsers, maru }) => {
      const { door } = await doorWithAuthenticator(browsers, maru, language as Language);
      const { page, texts } = door;
      await expect(door.withPasskey).toBeVisible();
      expect(await violations(page)).toEqual([]);
      const minsu = await door.comeIn("민수");
      const { rows } = await addPasskey(minsu);
      await expect(rows.getByText(words.device)).toBeVisible();
      await expect(rows.getByText(words.made)).toBeVisible();
      expect(await violations(page)).toEqual([]);

      await (await signOut(minsu)).withPasskey.click();
      await minsu.toBeReady();
      await minsu.write("다시 왔어요");
      await minsu.toShow(["다시 왔어요"]);
      const settings = await minsu.settings();
      await settings.getByRole("button", { name: texts.passkeys, exact: true }).click();
      await expect(rows.getByText(words.used)).toBeVisible();

      await rows.getByRole("button", { name: texts.removePasskey }).click();
      await expect(rows.getByRole("button", { name: texts.cancel })).toBeFocused();
      expect(await violations(page)).toEqual([]);
      await rows.getByRole("button", { name: texts.cancel }).click();
      await expect(rows).toHaveCount(1);
      await rows.getByRole("button", { name: texts.removePasskey }).click();
      await rows.getByRole("button", { name: texts.removePasskeySurely }).click();
      await expect(rows).toHaveCount(0);

      await (await signOut(minsu)).withPasskey.click();
      await expect(door.refusal).toHaveText(words.unknown);
      expect(await violations(page)).toEqual([]);
    });
  });
}

test("one authenticator keeps one passkey of an account", async ({ browsers, maru }) => {
  const { door, authenticator, authenticatorId } = await doorWithAuthenticator(browsers, maru);
  const minsu = await door.comeIn("Minsu");
  const { settings, rows } = await addPasskey(minsu);
  await askForPasskey(minsu, settings, PASSWORD);
  await expect(settings.getByRole("alert")).toHaveText("This device has a passkey of yours already.");
  await expect(rows).toHaveCount(1);
  expect(await kept(authenticator, authenticatorId)).toBe(1);
});

test.describe("for somebody who does not know the password", () => {
  test.use({ provoked: TURNED_AWAY });

  test("none is made; and another password takes them away where one wants it", async ({ browsers, maru }) => {
    const { door, authenticator, authenticatorId } = await doorWithAuthenticator(browsers, maru);
    const minsu = await door.comeIn("Minsu");
    const { settings, rows } = await addPasskey(minsu);
    await expect(settings.getByRole("button", { name: door.texts.addPasskey }), "the focus is back").toBeFocused();
    await authenticator.send("WebAuthn.clearCredentials", { authenticatorId });
    await askForPasskey(minsu, settings, "something else");
    await expect(settings.getByRole("alert")).toHaveText(/password is wrong/);
    expect(await violations(door.page)).toEqual([]);
    expect(await kept(authenticator, authenticatorId)).toBe(0);
    await expect(rows).toHaveCount(1);
    await door.page.keyboard.press("Escape");

    const again = await minsu.settings();
    await again.getByRole("button", { name: "Change password" }).click();
    await again.getByLabel(door.texts.currentPassword, { exact: true }).fill(PASSWORD);
    await again.getByLabel(door.texts.newPassword, { exact: true }).fill("빠른 거북이 넷이 헤엄친다");
    await again.getByLabel("Remove my passkeys, too").check();
    expect(await violations(door.page)).toEqual([]);
    await again.getByRole("button", { name: door.texts.setPassword }).click();
    await expect(again.getByText("The password is set.")).toBeVisible();
    await again.getByRole("button", { name: door.texts.passkeys, exact: true }).click();
    await expect(again.getByRole("button", { name: door.texts.addPasskey })).toBeVisible();
    const left = await door.page.request.get("/api/account/passkeys");
    expect(await left.json()).toEqual([]);
  });
});

test("who thinks better of it is told nothing, and keeps what was typed", async ({ browsers, maru }) => {
  const { door } = await doorWithAuthenticator(browsers, maru);
  await door.name.fill("Minsu");
  const thoughtBetter = failWith(door.page, "NotAllowedError");
  await door.withPasskey.click();
  await thoughtBetter;
  await expect(door.withPasskey).not.toHaveAttribute("aria-disabled", "true");
  await expect(door.refusal).toHaveCount(0);
  const failed = failWith(door.page, "SecurityError");
  await door.withPasskey.click();
  await failed;
  await expect(door.refusal).toHaveText("This passkey is not known here.");
  await expect(door.name).toHaveValue("Minsu");
  await door.button.click();
  await new ChatPage(door.page, door.texts).toBeReady();
});

test.describe("after a link for another password", () => {
  test.use({ provoked: TURNED_AWAY });

  test("no passkey from before is good", async ({ browsers, maru }) => {
    const owner = await (await browsers.knock("/")).comeBy(await maru.ownerLink(), "Owner", PASSWORD);
    const { door } = await doorWithAuthenticator(browsers, maru);
    const minsu = await door.comeIn("Minsu");
    await addPasskey(minsu);
    const me = (await (await minsu.page.request.get("/api/session")).json()) as { id: string };
    const reset = await owner.page.request.post(`/api/members/${me.id}/reset`);
    expect(reset.status()).toBe(201);
    const { secret } = (await reset.json()) as { secret: string };
    const body = { secret, draft: randomUUID(), password: "빠른 거북이 넷이 헤엄친다" };
    const accepted = await (await browsers.context()).request.post("/api/links/accept", { data: body });
    expect(accepted.status()).toBe(201);

    await expect(minsu.page.getByText("You were signed out.")).toBeVisible();
    await door.withPasskey.click();
    await expect(door.refusal).toHaveText("This passkey is not known here.");
  });
});

test("where Maru has an address and no name, none can be had, and it says why", async ({ browsers }) => {
  const door = await browsers.visit();
  await expect(door.withPasskey).toHaveCount(0);
  const settings = await becomeMember(await door.comeIn("Minsu"));
  await expect(settings.getByText(/None can be added here/)).toBeVisible();
  await expect(settings.getByRole("button", { name: door.texts.addPasskey })).toHaveCount(0);
});
