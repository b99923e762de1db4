/**
 * `npx playwright test`: the journeys of e2e/ in a real Chromium, against the built server, which is built first if its
 * sources changed. Each worker has a server of its own (e2e/server.ts). SCREENSHOTS=1 takes screenshots in place of
 * running the journeys.
 */
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// Use Debian's Chromium where Playwright's own cannot be downloaded.
const chromium = process.env.CHROMIUM ?? (existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : undefined);
export default defineConfig({
  testDir: "e2e",
  testMatch: process.env.SCREENSHOTS
    ? /(screenshots|moving-picture)\.spec\.ts$/
    : /(?<!screenshots|moving-picture)\.spec\.ts$/,
  workers: 2,
  // Generous limits, which only end tests that hang: a machine that builds something else meanwhile is ten times as slow.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  globalSetup: "./e2e/build.ts",
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    contextOptions: { reducedMotion: "reduce" },
    // Journeys that answer requests in place of the server do not see those that a service worker makes.
    serviceWorkers: "block",
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
});
