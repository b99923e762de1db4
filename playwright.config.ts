/**
 * `npx playwright test`: the journeys of e2e/ in a real Chromium, against the built server on a database of its own.
 * The server is built first if its sources changed. SCREENSHOTS=1 runs the picture book in place of the journeys.
 */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { ADMIN } from "./e2e/people";

// The workers read this file again: what is chosen here once, they find in the environment they inherit. Two runs at
// once, of two clones say, do not meet.
process.env.E2E_PORT ??= String(20_000 + (process.pid % 10_000));
process.env.E2E_DATA_DIR ??= mkdtempSync(join(tmpdir(), "muster-e2e-"));
const url = `http://127.0.0.1:${process.env.E2E_PORT}`;
// Debian's Chromium where Playwright's own cannot be downloaded.
const chromium = process.env.CHROMIUM ?? (existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : undefined);
export default defineConfig({
  testDir: "e2e",
  testMatch: process.env.SCREENSHOTS ? "screenshots.spec.ts" : /(?<!screenshots)\.spec\.ts$/,
  workers: 1,
  // Generous: they end what hangs. A machine that builds something else meanwhile is ten times as slow.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  globalTeardown: "./e2e/teardown.ts",
  use: {
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    contextOptions: { reducedMotion: "reduce" },
    // A trace costs a third of the time; TRACE=1 keeps one per test.
    trace: process.env.TRACE ? "on" : "off",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  webServer: {
    command: "node scripts/build.mjs && exec node dist/server.mjs",
    url: `${url}/api/health`,
    env: {
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: process.env.E2E_PORT,
      PUBLIC_URL: url,
      DATA_DIR: process.env.E2E_DATA_DIR,
      API_ADMIN_USER: ADMIN.username,
      API_ADMIN_PASS: ADMIN.password,
      // One address does what a whole office would in a day.
      RATE_LIMIT_FACTOR: "100000",
      // Soon, so that journeys see it; late for pictures, whose bots are only written about.
      BOT_OFFLINE_AFTER_S: process.env.SCREENSHOTS ? "3600" : "3",
      // A reply that breaks its contract is a 500 here, and so a failed journey.
      MUSTER_CHECK_REPLIES: "1",
      LOG_LEVEL: "warn",
    },
    reuseExistingServer: false,
    timeout: 400_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
  },
});
