import { expect, test } from "../support/test.ts";

test("who comes is here, and who goes is gone", async ({ browsers, client }) => {
  const minsu = await browsers.arrive("민수");
  await expect(minsu.person("민수")).toHaveAttribute("data-here", "true");

  const sora = await client("소라");
  await expect(minsu.person("소라")).toHaveAttribute("data-here", "true");
  await sora.leave();
  await expect(minsu.person("소라")).toHaveAttribute("data-here", "false");

  const jiyeong = await browsers.arrive("지영");
  await expect(minsu.person("지영")).toHaveAttribute("data-here", "true");
  await expect(minsu.people.getByRole("listitem").last(), "those who are here come first").toContainText("소라");
  await jiyeong.page.close();
  await expect(minsu.person("지영")).toHaveAttribute("data-here", "false");
});

test("the focus stays with somebody whose line comes to stand elsewhere", async ({ browsers, client, maru }) => {
  const minsu = await browsers.arrive("민수");
  const sora = await client("소라");
  await sora.leave();
  const jiyeong = await browsers.arrive("지영");
  const context = jiyeong.page.context();
  await jiyeong.page.close();
  const names = minsu.people.getByRole("listitem");
  await expect(minsu.person("지영")).toHaveAttribute("data-here", "false");
  await expect(names.last()).toContainText("지영");
  const focused = minsu.person("소라").getByRole("button");
  await focused.focus();

  await (await context.newPage()).goto(maru.url);
  await expect(minsu.person("지영")).toHaveAttribute("data-here", "true");
  await expect(names.last()).toContainText("소라");
  await expect(focused).toBeFocused();
});

test("who writes is seen writing, and not when the message is there", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  const jiyeong = await browsers.arrive("지영");
  await jiyeong.composer.pressSequentially("hm");
  await expect(minsu.typing).toContainText("지영");
  await expect(jiyeong.typing).not.toContainText("지영");
  await jiyeong.composer.press("Enter");
  await expect(minsu.message("hm")).toBeVisible();
  await expect(minsu.typing).not.toContainText("지영");
});

test("who stops writing is forgotten after five seconds", async ({ browsers, client }) => {
  const sora = await client("소라");
  const door = await browsers.visit();
  await door.page.clock.install();
  await door.open();
  const minsu = await door.comeIn("민수");
  sora.typing();
  await expect(minsu.typing).toContainText("소라");
  await minsu.page.clock.runFor(6_000);
  await expect(minsu.typing).not.toContainText("소라");
});
