import { readFile } from "node:fs/promises";

import type { BrowserContext, CDPSession, Page } from "@playwright/test";

/** What a tab holds, after a collection of what nobody holds any more. Sizes are in bytes. */
export interface Held {
  /** JavaScript's own. */
  readonly heap: number;
  /** The page's linear memories in WebAssembly, which only grow. */
  readonly wasm: number;
  /** All nodes that are not collected, in the document or not. */
  readonly nodes: number;
  readonly listeners: number;
}

/** So many times a finger is told to have moved on its way. */
const STEPS = 10;

/** A tab, by its tools: looks into it and moves it as a hand does. */
export class Tab {
  readonly #page: Page;
  readonly #devtools: CDPSession;

  private constructor(page: Page, devtools: CDPSession) {
    this.#page = page;
    this.#devtools = devtools;
  }

  static async of(page: Page): Promise<Tab> {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable");
    return new Tab(page, devtools);
  }

  async held(): Promise<Held> {
    await this.#devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await this.#devtools.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    const wasm = await this.#page.evaluate(() => {
      const memories = (window as unknown as { memories?: WebAssembly.Memory[] }).memories ?? [];
      return memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    });
    return { heap: of("JSHeapUsedSize"), wasm, nodes: of("Nodes"), listeners: of("JSEventListeners") };
  }

  /** Scrolls by so many CSS pixels, upwards when they are more than none, at so many a second, as a wheel does. */
  async scroll(distance: number, speed: number): Promise<void> {
    const { x, y } = await this.#middle();
    await this.#devtools.send("Input.synthesizeScrollGesture", { x, y, yDistance: distance, speed, gestureSourceType: "mouse" });
  }

  /** Moves a finger by so many CSS pixels, downwards when they are more than none, and lets go: what it has moved runs on by itself. */
  async flick(distance: number): Promise<void> {
    const { x, y } = await this.#middle();
    const touch = (type: "touchStart" | "touchMove", moved: number) =>
      this.#devtools.send("Input.dispatchTouchEvent", { type, touchPoints: [{ x, y: y + moved - distance / 2 }] });
    await touch("touchStart", 0);
    for (let step = 1; step <= STEPS; step += 1) await touch("touchMove", (distance * step) / STEPS);
    await this.#devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  }

  async #middle(): Promise<{ x: number; y: number }> {
    const box = await this.#page.getByRole("log").boundingBox();
    if (!box) throw new Error("there is no message list");
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }
}

/** Has every page of a browser remember the memories of its WebAssembly, to be measured. */
export async function watchMemories(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const memories: WebAssembly.Memory[] = [];
    Object.assign(window, { memories });
    const watch = (instance: WebAssembly.Instance) => {
      memories.push(...Object.values(instance.exports).filter((held) => held instanceof WebAssembly.Memory));
    };
    const { instantiate, instantiateStreaming } = WebAssembly;
    WebAssembly.instantiateStreaming = async (...given) => {
      const made = await instantiateStreaming(...given);
      watch(made.instance);
      return made;
    };
    WebAssembly.instantiate = (async (...given: Parameters<typeof instantiate>) => {
      const made = (await instantiate(...given)) as unknown as WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance;
      watch(made instanceof WebAssembly.Instance ? made : made.instance);
      return made;
    }) as typeof instantiate;
  });
}

/** The memory that a process has for itself alone, in bytes. */
export async function own(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const sizes = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].map(([, size]) => Number(size));
  return sizes.reduce((sum, size) => sum + size, 0) * 1_024;
}
