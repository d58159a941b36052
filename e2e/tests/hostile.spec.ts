import { expectNoSidewaysScroll } from "../support/layout.ts";
import { expect, test, UNHURRIED } from "../support/test.ts";

test.use({ flags: UNHURRIED });

const texts = [
  "<script>window.hit = true</script>",
  '<img src="x" onerror="window.hit = true">',
  "<svg onload=window.hit=true>",
  "javascript:window.hit=true",
  "[click](javascript:window.hit=true)",
  "https://example.com/\"onmouseover=\"window.hit=true",
  "&lt;b&gt;already escaped&lt;/b&gt;",
  "</article></div></body>",
  "{{constructor.constructor('window.hit=true')()}}",
  "\u202Egnp.exe\u202C and on",
  "\u2066\u2067\u2068 isolated and never closed",
  "e" + "\u0301\u0335\u0489".repeat(1300),
  "w".repeat(3000),
  "http://example.com/" + "a".repeat(2000),
  "| ".repeat(1000) + "|",
  "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}".repeat(200),
  "مرحبا بالعالم " + "שלום ".repeat(50) + "!",
];

/** A line that must not be broken, and must not make the page wider. */
const CODE = "no wrap ".repeat(400).trim();

for (const viewport of [{ width: 360, height: 740 }, { width: 1280, height: 800 }]) {
  test(`hostile texts are texts, and the layout holds at ${viewport.width} px`, async ({ browsers, client }) => {
    const mallory = await client("mallory");
    const minsu = await browsers.arrive("민수", { viewport });
    for (const text of texts) {
      const { seq } = await mallory.post(text);
      const row = minsu.log.locator(`article[data-seq="${seq}"]`);
      await expect(row).toHaveCount(1);
      const shown = await row.locator(".message-text").evaluate((element) => element.textContent);
      expect(shown).toBe(text);
      await expectNoSidewaysScroll(minsu.page);
      const { width } = (await row.boundingBox())!;
      expect(width).toBeLessThanOrEqual(viewport.width);
    }
    await mallory.post("```\n" + CODE + "\n```");
    await expect(minsu.log.locator("pre")).toHaveText(CODE);
    await expectNoSidewaysScroll(minsu.page);
    expect(await minsu.log.locator("script, img, svg[onload], iframe").count()).toBe(0);
    expect(await minsu.log.locator('a:not([href^="http"])').count()).toBe(0);
    expect(await minsu.page.evaluate(() => "hit" in window)).toBe(false);
    for (const link of await minsu.log.locator("a").all()) {
      await expect(link).toHaveAttribute("rel", /noopener/);
      await expect(link).toHaveAttribute("target", "_blank");
    }
    const after = await mallory.post("and nothing leaked");
    const plain = minsu.log.locator(`article[data-seq="${after.seq}"] .message-text`);
    expect(await plain.evaluate((element) => getComputedStyle(element).direction)).toBe("ltr");
    await expect(minsu.message("and nothing leaked")).toBeInViewport();
  });
}

test("a tower of marks does not reach into other rows", async ({ browsers, client }) => {
  const mallory = await client("mallory");
  const minsu = await browsers.arrive("민수");
  await minsu.write("above");
  await mallory.post("e" + "\u030D".repeat(3999));
  await minsu.write("below");
  const clipped = await minsu.articles.nth(1).evaluate((row) => {
    for (let element: Element | null = row.querySelector(".message-text"); element && element !== row.parentElement; element = element.parentElement) {
      const { overflowY, contain } = getComputedStyle(element);
      if (overflowY !== "visible" || /paint|strict|content/.test(contain)) return true;
    }
    return false;
  });
  expect(clipped).toBe(true);
});

test("hostile names stay in their places", async ({ browsers, client }) => {
  const name = "<b onclick=hit>" + "W".repeat(17);
  const mallory = await client(name);
  const minsu = await browsers.arrive("민수", { viewport: { width: 360, height: 740 } });
  await mallory.post("hi");
  mallory.typing();
  await expect(minsu.articles.locator(".message-author").first()).toHaveText(name);
  await expect(minsu.typing).toContainText("<b onclick");
  await expectNoSidewaysScroll(minsu.page);
  await mallory.makeRoom("<i>" + "M".repeat(29));
  await minsu.openRooms();
  const all = await minsu.browse();
  await expect(minsu.listed(all, "<i>MMM")).toBeVisible();
  await expectNoSidewaysScroll(minsu.page);
});
