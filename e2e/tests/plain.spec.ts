import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { Page } from "@playwright/test";

import { PlainClient } from "../support/plain.ts";
import { type Browsers, expect, test as base } from "../support/test.ts";

/** A dozen lines of somebody else's HTML and JavaScript; only the port is ours. */
const source = resolve(import.meta.dirname, "../fixtures/plain.html");

interface Fixtures {
  readonly plain: () => Promise<PlainClient>;
  readonly html: string;
  /** The port where another site serves the page. */
  readonly elsewhere: number;
}

const test = base.extend<Fixtures>({
  plain: async ({ maru }, use) => {
    const clients: PlainClient[] = [];
    await use(async () => {
      const client = await PlainClient.connect(maru);
      clients.push(client);
      return client;
    });
    await Promise.all(clients.map((client) => client.leave()));
  },
  html: async ({ maru }, use) => {
    await use((await readFile(source, "utf8")).replace("8080", String(maru.port)));
  },
  elsewhere: async ({ html }, use) => {
    const site = createServer((request, answer) => {
      if (request.url === "/") answer.setHeader("content-type", "text/html").end(html);
      else answer.writeHead(204).end();
    });
    site.listen(0);
    await once(site, "listening");
    await use((site.address() as AddressInfo).port);
    site.closeAllConnections();
    site.close();
  },
});

test("text by one arrives bare at the others, not at itself, and in the lobby", async ({ browsers, plain }) => {
  const minsu = await browsers.arrive("민수");
  const one = await plain();
  const other = await plain();
  one.say("안녕 from a program");
  await expect.poll(() => other.heard).toEqual(["안녕 from a program"]);
  await minsu.toShow(["안녕 from a program"]);
  await expect(minsu.articles.locator(".message-author")).toHaveText(/^guest-/);

  await minsu.write("hello, program");
  await expect.poll(() => one.heard).toEqual(["hello, program"]);
  await expect.poll(() => other.heard).toEqual(["안녕 from a program", "hello, program"]);

  other.say("and I");
  await minsu.toShow(["안녕 from a program", "hello, program", "and I"]);
  expect(one.heard, "never one's own").toEqual(["hello, program", "and I"]);
  expect(other.heard).toEqual(["안녕 from a program", "hello, program"]);
});

test("who only listens is nobody", async ({ browsers, plain }) => {
  const minsu = await browsers.arrive("민수");
  const one = await plain();
  await minsu.write("anybody?");
  await expect.poll(() => one.heard).toEqual(["anybody?"]);
  await expect(minsu.people.getByRole("listitem")).toHaveCount(1);
});

test.describe("the page of a dozen lines", () => {
  const talk = async (page: Page, browsers: Browsers, plain: () => Promise<PlainClient>) => {
    await expect(page).toHaveTitle("Connected");
    const minsu = await browsers.arrive("민수");
    const program = await plain();
    await page.getByLabel("Text").fill("<b>from the page</b>");
    await page.getByRole("button").click();
    await expect(minsu.message("<b>from the page</b>")).toBeVisible();
    await expect.poll(() => program.heard).toEqual(["<b>from the page</b>"]);
    await minsu.write("from the app");
    program.say("from the program");
    await expect(page.getByRole("listitem")).toHaveText(["<b>from the page</b>", "from the app", "from the program"]);
  };

  test("works from another port of this machine", async ({ browsers, elsewhere, plain }) => {
    const page = await (await browsers.context()).newPage();
    await page.goto(`http://localhost:${elsewhere}/`);
    await talk(page, browsers, plain);
  });

  test.describe("in a file", () => {
    // Of a file, browsers say no more than that its origin is `null`; so they do of a sandboxed frame in any site's page.
    test.use({ flags: ["--origin", "null"] });

    test("works where the operator names its origin", async ({ browsers, html, plain }) => {
      const folder = await mkdtemp(join(tmpdir(), "maru-page-"));
      await writeFile(join(folder, "plain.html"), html);
      const page = await (await browsers.context()).newPage();
      await page.goto(pathToFileURL(join(folder, "plain.html")).href);
      await talk(page, browsers, plain);
      await rm(folder, { recursive: true });
    });
  });
});

test.describe("a page of another site", () => {
  test.use({ provoked: /WebSocket connection to '.*' failed|status of 40[34]|Cross-Origin-Opener-Policy/ });

  test("is refused, on both sockets", async ({ browsers, elsewhere, maru }) => {
    const page = await (await browsers.context()).newPage();
    await page.goto(`http://evil.test:${elsewhere}/`);
    await expect(page).toHaveTitle("Closed");
    expect(await closeCode(page, `ws://127.0.0.1:${maru.port}/`)).toBe(1006);
    expect(await closeCode(page, `ws://127.0.0.1:${maru.port}/ws`, "maru.v1")).toBe(1006);
    const answer = await fetch(`${maru.url}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: `http://evil.test:${elsewhere}` },
      body: JSON.stringify({ draft: crypto.randomUUID(), name: "mallory" }),
    });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({ why: "foreign_origin" });
  });

  test("is refused when it hides its origin, as a sandboxed frame does", async ({ browsers, maru }) => {
    const page = await (await browsers.context()).newPage();
    await page.goto("data:text/html,");
    expect(await closeCode(page, `ws://127.0.0.1:${maru.port}/`)).toBe(1006);
    expect(await closeCode(page, `ws://127.0.0.1:${maru.port}/ws`, "maru.v1")).toBe(1006);
  });

  test("is refused when its name is made to point here", async ({ browsers, maru }) => {
    const page = await (await browsers.context()).newPage();
    await page.goto(`http://evil.test:${maru.port}/`);
    expect(await closeCode(page, `ws://evil.test:${maru.port}/`)).toBe(1006);
    expect(await closeCode(page, `ws://evil.test:${maru.port}/ws`, "maru.v1")).toBe(1006);
    const status = await page.evaluate(async () => {
      const body = JSON.stringify({ draft: "7f3b1c9e-52aa-4f0e-9a53-0d2f4b7c1a10", name: "mallory" });
      const headers = { "content-type": "application/json" };
      return (await fetch("/api/session", { method: "POST", headers, body })).status;
    });
    expect(status).toBe(403);
  });
});

/** How the server closes a socket that this page opens; 0 when it does not. */
async function closeCode(page: Page, address: string, protocol?: string): Promise<number> {
  return page.evaluate(
    ([address, protocol]) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(address, protocol ? [protocol] : []);
        socket.onopen = () => resolve(0);
        socket.onclose = ({ code }) => resolve(code);
      }),
    [address, protocol] as const,
  );
}
