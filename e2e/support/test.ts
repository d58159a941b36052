import { type Browser, type BrowserContext, type BrowserContextOptions, expect, test as base } from "@playwright/test";

import { ChatPage } from "../pages/chat.ts";
import { SignInPage } from "../pages/sign_in.ts";
import { Client } from "./client.ts";
import { Line } from "./line.ts";
import { Maru } from "./maru.ts";
import { type Language, texts } from "./texts.ts";

export { expect };

/** Lets the harness write a history faster than any person types. */
export const UNHURRIED = ["--posts-per-second", "100000", "--posts-burst", "100000"] as const;

/** What Chromium says on the console when a test takes the network away. */
export const NETWORK_GONE = /net::ERR_|WebSocket connection to '.*' failed/;

/** What Chromium says on the console when the server refuses what a test asks for. */
export const REFUSED = /Failed to load resource: the server responded with a status of (409|422|429)/;

const NOTHING = /(?!)/;

/** A line that is one or the other. */
export function either(one: RegExp, other: RegExp): RegExp {
  return new RegExp(`${one.source}|${other.source}`);
}

export interface BrowserWish extends BrowserContextOptions {
  /** The language that the browser asks for. */
  readonly language?: Language;
  /** Whether its reader wishes for little to be loaded. */
  readonly savesData?: boolean;
  /** Where the app is opened, if not at the server itself. */
  readonly at?: string;
}

/** Opens browsers, each as of another person, and hears whatever they complain about. */
export class Browsers {
  readonly #browser: Browser;
  readonly #maru: Maru;
  readonly #complaints: string[] = [];

  constructor(browser: Browser, maru: Maru) {
    this.#browser = browser;
    this.#maru = maru;
  }

  /** What the consoles said that is not among what the test expects. */
  complaints(expected: RegExp): string[] {
    return this.#complaints.filter((complaint) => !expected.test(complaint));
  }

  /** A browser of somebody who was never here. */
  async context({ language = "en", savesData = false, at, ...options }: BrowserWish = {}): Promise<BrowserContext> {
    const locale = language === "ko" ? "ko-KR" : "en-US";
    const baseURL = at ?? this.#maru.url;
    const context = await this.#browser.newContext({ locale, baseURL, timezoneId: "Asia/Seoul", ...options });
    if (savesData) {
      await context.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
    }
    context.on("console", (line) => {
      if (["error", "warning", "assert"].includes(line.type())) {
        this.#complaints.push(`${line.type()}: ${line.text()} (${line.location().url})`);
      }
    });
    context.on("weberror", (thrown) => this.#complaints.push(`thrown: ${thrown.error().stack}`));
    return context;
  }

  /** The app, just opened by somebody who has no account, where that is not the door to come in by a name. */
  async knock(path: string, wish: BrowserWish = {}): Promise<SignInPage> {
    const context = await this.context(wish);
    const door = new SignInPage(await context.newPage(), texts[wish.language ?? "en"]);
    await door.page.goto(path);
    return door;
  }

  /** The app, just opened. */
  async visit(wish: BrowserWish = {}): Promise<SignInPage> {
    const context = await this.context(wish);
    const page = new SignInPage(await context.newPage(), texts[wish.language ?? "en"]);
    await page.open();
    return page;
  }

  /** Whose Maru this is. */
  async own(name: string, wish: BrowserWish = {}): Promise<ChatPage> {
    const door = await this.knock("/", wish);
    return door.comeBy(await this.#maru.ownerLink(), name, "느린 달팽이 셋이 걷는다");
  }

  /** Another browser of somebody who is in. */
  async again(member: ChatPage, wish: BrowserWish = {}): Promise<ChatPage> {
    const context = await this.context(wish);
    await context.addCookies(await member.page.context().cookies());
    const again = new ChatPage(await context.newPage(), texts[wish.language ?? "en"]);
    await again.page.goto("/");
    await again.toBeReady();
    return again;
  }

  /** Somebody who came in and sees the lobby. */
  async arrive(name: string, wish: BrowserWish = {}): Promise<ChatPage> {
    const door = await this.visit(wish);
    return door.comeIn(name);
  }
}

interface Fixtures {
  /** Flags of the server beside those that every test needs. */
  readonly flags: readonly string[];
  /** Lines of the console that the test itself provokes. */
  readonly provoked: RegExp;
  readonly maru: Maru;
  /** A network that can fail, between a browser and the server. */
  readonly line: Line;
  readonly browsers: Browsers;
  /** Brings in members without a browser. */
  readonly client: (name: string) => Promise<Client>;
  /** Brings in a member who is in a browser already, without it. */
  readonly beside: (member: ChatPage) => Promise<Client>;
}

export const test = base.extend<Fixtures>({
  flags: [[], { option: true }],
  provoked: [NOTHING, { option: true }],
  maru: async ({ flags }, use, info) => {
    const maru = await Maru.start(flags);
    await use(maru);
    await maru.remove();
    if (info.status !== info.expectedStatus) await info.attach("server.log", { body: maru.log });
    expect(maru.log, "the server does not panic").not.toContain("panicked");
  },
  line: async ({ maru }, use) => {
    const line = await Line.lay(() => maru.port);
    await use(line);
    await line.remove();
  },
  browsers: async ({ browser, maru, provoked }, use) => {
    const browsers = new Browsers(browser, maru);
    await use(browsers);
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(browsers.complaints(provoked), "no browser complains").toEqual([]);
  },
  client: async ({ maru }, use) => {
    const clients: Client[] = [];
    await use(async (name) => {
      const client = await Client.arrive(maru, name);
      clients.push(client);
      return client;
    });
    await Promise.all(clients.map((client) => client.leave()));
  },
  beside: async ({ maru }, use) => {
    const clients: Client[] = [];
    await use(async (member) => {
      const cookies = await member.page.context().cookies();
      const client = await Client.again(maru, cookies.map(({ name, value }) => `${name}=${value}`).join("; "));
      clients.push(client);
      return client;
    });
    await Promise.all(clients.map((client) => client.leave()));
  },
});

export { ChatPage, Client, Line, Maru, SignInPage };
