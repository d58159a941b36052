import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Browser, Page } from "@playwright/test";

/** What the trace is told to hold: the tasks of each thread and what became of each frame. More of it would slow down what is measured. */
const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame"];

/** A frame is due so often, in milliseconds: 60 a second. */
export const FRAME = 1_000 / 60;

/** An event of the trace, in its own words. Times are in microseconds. */
interface Entry {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly id?: string;
  readonly id2?: { readonly local?: string; readonly global?: string };
  readonly args: Record<string, unknown>;
}

/** How long something took, in milliseconds: by the clock, and of the thread's own time on a processor. */
export interface Took {
  readonly clock: number;
  readonly own: number;
}

/** What a trace tells about one page. */
export interface Trace {
  /** The process that draws the page. */
  readonly pid: number;
  /** The tasks of the page's main thread, the longest by the clock first. */
  readonly tasks: readonly Took[];
  /** For each frame to which the page had something to say: what its main thread had done since the one before. */
  readonly frames: readonly Took[];
  /** For each of them: how long the compositor waited for the page, in milliseconds by the clock. */
  readonly waits: readonly number[];
  /** How many frames were shown; in how many of them what the page had to say was missing, and came with the next; and how many were due and not shown. */
  readonly shown: number;
  readonly partly: number;
  readonly dropped: number;
}

/** Traces the page while something is done with it. The trace is kept in the folder `MARU_TRACES`, to be looked at with DevTools. */
export async function trace(browser: Browser, page: Page, name: string, act: () => Promise<void>): Promise<Trace> {
  await browser.startTracing(page, { categories: CATEGORIES });
  let buffer: Buffer | undefined;
  try {
    await act();
  } finally {
    buffer = await browser.stopTracing();
  }
  const folder = process.env["MARU_TRACES"];
  if (folder) await writeFile(join(folder, `${name}.json`), buffer);
  const { traceEvents } = JSON.parse(buffer.toString()) as { readonly traceEvents: readonly Entry[] };
  return read(traceEvents, new URL(page.url()).origin);
}

/** What is at this share of the numbers, counted from the least. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The greatest of the numbers. */
export function most(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

function read(entries: readonly Entry[], origin: string): Trace {
  const pid = processOf(entries, origin);
  const ours = entries.filter((entry) => entry.pid === pid);
  const main = ours.find(({ name, args }) => name === "thread_name" && args["name"] === "CrRendererMain")?.tid;
  if (main === undefined) throw new Error("the trace knows no main thread");
  const named = (name: string) => ours.filter((entry) => entry.name === name).toSorted((a, b) => a.ts - b.ts);
  const tasks = named("RunTask").filter(({ ph, tid }) => ph === "X" && tid === main);
  const starts = named("BeginMainThreadFrame").filter(({ tid }) => tid === main);
  const states = spans(named("PipelineReporter")).map(([begin]) => stateOf(begin));
  const shown = states.filter(({ state }) => state?.startsWith("STATE_PRESENTED"));
  return {
    pid,
    tasks: tasks.map(took).toSorted((a, b) => b.clock - a.clock),
    frames: perFrame(tasks, starts),
    waits: spans(named("SendBeginMainFrameToCommit")).map(([begin, end]) => (end.ts - begin.ts) / 1_000),
    shown: shown.length,
    partly: shown.filter(({ state, affects_smoothness }) => state === "STATE_PRESENTED_PARTIAL" && affects_smoothness).length,
    dropped: states.filter(({ state }) => state === "STATE_DROPPED").length,
  };
}

function processOf(entries: readonly Entry[], origin: string): number {
  interface Frame {
    readonly isOutermostMainFrame?: boolean;
    readonly processId?: number;
    readonly url: string;
  }
  const frames = entries.flatMap(({ name, args }) => {
    const about = args["data"] as { readonly frames?: readonly Frame[] } & Partial<Frame> | undefined;
    if (name === "TracingStartedInBrowser") return about?.frames ?? [];
    return name === "FrameCommittedInBrowser" && about?.url ? [about as Frame] : [];
  });
  const frame = frames.findLast(({ isOutermostMainFrame, url }) => isOutermostMainFrame && url.startsWith(origin));
  if (frame?.processId === undefined) throw new Error(`the trace knows no page of ${origin}`);
  return frame.processId;
}

function took({ dur = 0, tdur = 0 }: Entry): Took {
  return { clock: dur / 1_000, own: tdur / 1_000 };
}

/** What the thread had done when each frame was over, since the one before was. */
function perFrame(tasks: readonly Entry[], starts: readonly Entry[]): Took[] {
  const frames: Took[] = [];
  let [clock, own, next] = [0, 0, 0];
  for (const task of tasks) {
    clock += (task.dur ?? 0) / 1_000;
    own += (task.tdur ?? 0) / 1_000;
    const end = task.ts + (task.dur ?? 0);
    if (next < starts.length && starts[next]!.ts <= end) {
      frames.push({ clock, own });
      [clock, own] = [0, 0];
      while (next < starts.length && starts[next]!.ts <= end) next += 1;
    }
  }
  // What came before the first is not known whole.
  return frames.slice(1);
}

/** Beginnings and their ends: an id is used again when its span is over. */
function spans(entries: readonly Entry[]): [Entry, Entry][] {
  const open = new Map<string, Entry>();
  const spans: [Entry, Entry][] = [];
  for (const entry of entries) {
    const id = entry.id2?.local ?? entry.id2?.global ?? entry.id ?? "";
    const begin = open.get(id);
    if (entry.ph === "b") open.set(id, entry);
    if (entry.ph !== "e" || !begin) continue;
    spans.push([begin, entry]);
    open.delete(id);
  }
  return spans;
}

interface FrameState {
  readonly state?: string;
  readonly affects_smoothness?: boolean;
}

function stateOf({ args }: Entry): FrameState {
  // Named differently from version to version.
  return (args["frame_reporter"] ?? args["chrome_frame_reporter"] ?? {}) as FrameState;
}
