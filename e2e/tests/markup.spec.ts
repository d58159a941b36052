import { violations } from "../support/axe.ts";
import { expectNoSidewaysScroll } from "../support/layout.ts";
import { expect, NETWORK_GONE, test, UNHURRIED } from "../support/test.ts";
import type { Language } from "../support/texts.ts";

test.use({ flags: UNHURRIED });

/** The files of what reads markup. */
const MARKUP = /\/markup-[0-9a-f]{16}\.(js|wasm|css)(\?|$)/;

const MEANT = [
  "**굵게** *기울여* ~~아님~~ `코드 *그대로*`",
  '**"마루"**는 3~4시, 좋아~좋아~ ¯\\_(ツ)_/¯',
  "> 인용\n> 두 줄\n대답",
  "- 사과\n- 배\n  - 작은 배\n\n3. 셋\n4. 넷",
  "# 공지\n한 줄\n두 줄",
  "여기 https://example.com/__init__.py에서 [둘](https://maru.test/b) <c@maru.test>",
].join("\n\n");

test("what people mean is shown", async ({ browsers, client }) => {
  const sora = await client("소라");
  const minsu = await browsers.arrive("민수");
  const { seq } = await sora.post(MEANT);
  const text = minsu.log.locator(`article[data-seq="${seq}"] .message-text`);
  await expect(text.locator("strong")).toHaveText(["굵게", '"마루"']);
  await expect(text.locator("em")).toHaveText("기울여");
  await expect(text.locator("s")).toHaveText("아님");
  await expect(text.locator("code")).toHaveText("코드 *그대로*");
  await expect(text.locator("blockquote")).toHaveText("인용\n두 줄", { useInnerText: true });
  await expect(text).toContainText("는 3~4시, 좋아~좋아~ ¯\\_(ツ)_/¯");
  await expect(text.getByText("대답", { exact: true })).toBeVisible();
  await expect(text.locator("ul ul li")).toHaveText("작은 배");
  await expect(text.locator("ol")).toHaveAttribute("start", "3");
  await expect(text.locator(".heading")).toHaveText("공지");
  await expect(text.getByText("한 줄\n두 줄")).toHaveText("한 줄\n두 줄", { useInnerText: true });
  const links = await text.locator("a").evaluateAll((all) => all.map((link) => [link.getAttribute("href"), link.textContent]));
  expect(links).toEqual([
    ["https://example.com/__init__.py", "https://example.com/__init__.py"],
    ["https://maru.test/b", "둘"],
    ["mailto:c@maru.test", "c@maru.test"],
  ]);
  for (const link of await text.locator("a").all()) {
    await expect(link).toHaveAttribute("target", "_blank");
    await expect(link).toHaveAttribute("rel", "noopener noreferrer");
  }
});

test("one's own text is shown as it is meant while it is pending and after", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  await minsu.write("**하나**");
  await expect(minsu.articles.locator(".message-text strong")).toHaveText("하나");
  await minsu.write("그냥 글");
  await expect(minsu.drawn.last()).toHaveText("그냥 글");
});

test("nobody is mentioned who is not there, and the text stays", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  await minsu.write("@아무개님께서 `@민수`");
  await expect(minsu.drawn.last()).toHaveText("@아무개님께서 @민수");
  await expect(minsu.log.locator("code")).toHaveText("@민수");
});

test("emoji have names, and few of them are large", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  await minsu.write(":tada: 👩‍💻");
  await expect(minsu.drawn.last()).toHaveText("🎉 👩‍💻");
  const size = () => minsu.drawn.last().evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
  await expect.poll(size).toBeGreaterThan(30);
  await minsu.write("축하해 :tada:");
  await expect(minsu.drawn.last()).toHaveText("축하해 🎉");
  await expect.poll(size).toBeLessThan(20);
});

test("/me says what somebody does", async ({ browsers }) => {
  const minsu = await browsers.arrive("민수");
  await minsu.write("/me **크게** 웃는다");
  await expect(minsu.drawn.last()).toHaveText("* 민수 크게 웃는다");
  await expect(minsu.drawn.last()).toHaveClass(/action/);
});

const CODE = 'fn main() {\n    // 인사 <b>\n    println!("안녕", 1);\n}';
const SAID = { ko: ["Rust 코드", "복사", "복사했어요"], en: ["Rust code", "Copy", "Copied"] } as const;

for (const language of ["ko", "en"] satisfies Language[]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`code has colours and is copied: ${language}, ${colorScheme}`, async ({ browsers }) => {
      const [label, copy, copied] = SAID[language];
      const minsu = await browsers.arrive("민수", { language, colorScheme, permissions: ["clipboard-read", "clipboard-write"] });
      const long = "x".repeat(600);
      await minsu.write("```rs\n" + CODE + "\n```\n```\n" + long + "\n```");
      const lines = minsu.log.getByRole("group", { name: label, exact: true });
      await expect(lines).toHaveText(CODE, { useInnerText: true });
      await expect(lines.locator(".token.comment")).toHaveText("// 인사 <b>");
      const colours = await lines.locator(".token").evaluateAll((all) => all.map((token) => getComputedStyle(token).color));
      expect(new Set(colours).size).toBeGreaterThan(3);
      await minsu.log.getByRole("button", { name: copy, exact: true }).first().click();
      await expect(minsu.log.getByRole("button", { name: copied, exact: true })).toBeVisible();
      expect(await minsu.page.evaluate(() => navigator.clipboard.readText())).toBe(CODE);
      const scrolls = await minsu.log.locator("pre").last().evaluate((pre) => pre.scrollWidth > pre.clientWidth);
      expect(scrolls, "a long line scrolls in its block").toBe(true);
      await expectNoSidewaysScroll(minsu.page);
      expect(await violations(minsu.page)).toEqual([]);
    });
  }
}

/** Each class of what is tried to get a script, a style or an unsafe address into a page. */
const HOSTILE = [
  "<script>window.hit=1</script>",
  "<scr<script>ipt>window.hit=1</scr</script>ipt>",
  "<img src=x onerror=window.hit=1>",
  "<svg onload=window.hit=1><script>window.hit=1</script></svg>",
  "<math><mtext></math><img src onerror=window.hit=1>",
  "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
  '<object data="data:text/html,<script>hit=1</script>"></object>',
  "<style>*{background:url(//evil.test)}</style>",
  '<div style="position:fixed;inset:0">',
  "<link rel=stylesheet href=//evil.test>",
  "<base href=//evil.test/>",
  '<meta http-equiv=refresh content="0;url=javascript:hit=1">',
  "<details open ontoggle=window.hit=1>",
  "<!--><img src onerror=window.hit=1>-->",
  "<![CDATA[<img src onerror=window.hit=1>]]>",
  "[a](javascript:window.hit=1)",
  "[a](JaVaScRiPt:window.hit=1)",
  "[a](&#106;avascript:window.hit=1)",
  "[a](java&Tab;script:window.hit=1)",
  "[a](<javascript:window.hit=1>)",
  "[a](vbscript:hit)",
  "[a](data:text/html;base64,PHNjcmlwdD4=)",
  "[a](file:///etc/passwd)",
  "[a](//evil.test)",
  "[a][b]\n\n[b]: javascript:window.hit=1",
  "![a](javascript:window.hit=1)",
  '![a](https://evil.test/x.png "onerror=window.hit=1")',
  "<javascript:window.hit=1>",
  "[![a](javascript:a)](javascript:b)",
  "```<script>\n</script><script>window.hit=1</script>\n```",
  "```html\n<script>window.hit=1</script><style>*{}</style>\n```",
  "```html onload=window.hit=1\n<img src=x onerror=window.hit=1>\n```",
  "https://evil.test/\"onmouseover=\"window.hit=1",
  "[a](https://evil.test/\"onmouseover=\"window.hit=1)",
];

test("no hostile text leaves a script, a style or an unsafe address", async ({ browsers, client }) => {
  const mallory = await client("mallory");
  const minsu = await browsers.arrive("민수");
  const before = await minsu.page.locator("script, style, link, base, meta").count();
  let last = 0;
  for (const text of HOSTILE) last = (await mallory.post(text)).seq;
  const after = await mallory.post("**끝**");
  await expect(minsu.log.locator(`article[data-seq="${after.seq}"] strong`)).toHaveText("끝");
  await expect(minsu.log.locator(`article[data-seq="${last}"] .message-text a`)).toHaveCount(1);
  await expect(minsu.log.locator(".token").first()).toBeAttached();
  const left = await minsu.log.evaluate((log) => {
    const all = [...log.querySelectorAll(".message-text *")];
    const names = all.map((element) => element.localName);
    const attributes = all.flatMap((element) => element.getAttributeNames().map((name) => `${element.localName} ${name}`));
    const addresses = [...log.querySelectorAll<HTMLAnchorElement>("a")].map((link) => link.protocol);
    return { names: [...new Set(names)], attributes: [...new Set(attributes)], addresses: [...new Set(addresses)] };
  });
  const harmless = ["p", "strong", "a", "code", "pre", "div", "span", "button"];
  expect(left.names.filter((name) => !harmless.includes(name))).toEqual([]);
  expect(left.attributes.filter((attribute) => / (on|style|src|srcdoc)/.test(attribute))).toEqual([]);
  expect(left.addresses).toEqual(["https:"]);
  expect(await minsu.page.evaluate(() => "hit" in window)).toBe(false);
  const now = await minsu.page.locator("script, style, base, meta, link:not([rel=stylesheet])").count();
  expect(now).toBeLessThanOrEqual(before);
});

test.describe("where what reads markup does not come at once", () => {
  test.use({ provoked: NETWORK_GONE });

  test("texts stay readable, and are shown as they are meant when it is there, without a jump", async ({ browsers, client }) => {
    const sora = await client("소라");
    for (let n = 0; n < 40; n++) await sora.post(`- **${n}**\n- 둘\n\n\`\`\`js\nlet a;\n\`\`\``);
    const door = await browsers.visit();
    let lets = false;
    await door.page.route(MARKUP, (route) => (lets ? route.continue() : route.abort()));
    const minsu = await door.comeIn("민수");
    await expect(minsu.drawn.last()).toHaveText("- **39**\n- 둘\n\n```js\nlet a;\n```", { useInnerText: true });
    lets = true;
    await expect(minsu.drawn.last().locator("strong")).toHaveText("39");
    await expect(minsu.articles.last()).toBeInViewport({ ratio: 0.99 });
  });

  test("what is read stays in its place when what is above it changes", async ({ browsers, client }) => {
    const sora = await client("소라");
    const door = await browsers.visit();
    let lets = false;
    await door.page.route(MARKUP, (route) => (lets ? route.continue() : route.abort()));
    const minsu = await door.comeIn("민수");
    for (let n = 0; n < 40; n++) await sora.post(n === 20 ? "여기" : `- **${n}**\n- 둘\n\n\`\`\`js\nlet a;\n\`\`\``);
    await expect(minsu.drawn).toHaveCount(40);
    const place = minsu.log.locator("article", { hasText: "여기" });
    await place.evaluate((row) => {
      const log = row.closest(".messages")!;
      const middle = (element: Element) => element.getBoundingClientRect().top + element.clientHeight / 2;
      log.scrollTop += middle(row) - middle(log);
    });
    const top = () => place.evaluate((row) => row.getBoundingClientRect().top);
    const before = await top();
    lets = true;
    await expect(minsu.drawn.first().locator("strong")).toHaveText("0");
    await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThan(3);
  });
});
