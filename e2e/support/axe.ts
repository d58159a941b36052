import type { Page } from "@playwright/test";
import axe, { type AxeResults } from "axe-core";

/** What axe-core finds serious or critical on the page as it stands, each with the places. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(
    () => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }) as Promise<AxeResults>,
  );
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join("\n")}`);
}
