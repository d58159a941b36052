import { defineConfig } from "@playwright/test";

import tests from "../playwright.config.ts";

/** What is measured and not tested: one thing at a time, as long as it takes. Playwright's own recording would be measured with it. */
export default defineConfig(tests, {
  testDir: ".",
  fullyParallel: false,
  workers: 1,
  timeout: 20 * 60_000,
  reporter: [["list"], ["./figures.ts"]],
  use: { trace: "off" },
});
