import { writeFileSync } from "node:fs";

import { test } from "@playwright/test";
import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Something that was measured, in words for people, beside what was aimed at. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

const KIND = "figure";

/** Tells a figure: it is printed, and written with all others when the run is over. */
export function tell(figure: Figure): void {
  test.info().annotations.push({ type: KIND, description: JSON.stringify(figure) });
}

/** Prints all figures, and writes those of a run in which all could be measured to the file `MARU_FIGURES`. */
export default class Figures implements Reporter {
  readonly #figures: Figure[] = [];

  onTestEnd(_: TestCase, result: TestResult): void {
    for (const { type, description } of result.annotations) {
      if (type === KIND && description) this.#figures.push(JSON.parse(description) as Figure);
    }
  }

  onEnd({ status }: FullResult): void {
    for (const { what, measured, goal, met } of this.#figures) {
      console.log(`${met ? "met    " : "NOT MET"}  ${what}: ${measured} (${goal})`);
    }
    const file = process.env["MARU_FIGURES"];
    if (file && status === "passed") writeFileSync(file, `${JSON.stringify(this.#figures, undefined, 2)}\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
