import { defineConfig } from "@playwright/test";

/** The browser that draws the tests: Debian's own unless `MARU_CHROMIUM` names another. */
const chromium = process.env["MARU_CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    actionTimeout: 15_000,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // A site of somebody else, on this machine: no name of the real network is ever asked for.
        "--host-resolver-rules=MAP evil.test 127.0.0.1",
      ],
    },
  },
});
