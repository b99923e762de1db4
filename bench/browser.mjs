/** Chromium for the measurements of the console. */
import { existsSync } from "node:fs";
import { track } from "./harness/cleanup.mjs";
import { UnavailableError } from "./harness/errors.mjs";

/**
 * Starts Chromium: that of `CHROMIUM`, Debian's, or Playwright's own. It is closed at the end of the measurement.
 *
 * @throws UnavailableError when there is none
 */
export async function startChromium() {
  const { chromium } = await import("playwright");
  const executablePath = process.env.CHROMIUM ?? (existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : undefined);
  if (!existsSync(executablePath ?? chromium.executablePath()))
    throw new UnavailableError(
      "Chromium is missing: install Debian's chromium, or run `npx playwright install chromium`",
    );
  // Leave signals to the benchmark, which closes the browser together with the servers.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"], ...signals });
  track({ stop: () => browser.close() });
  return browser;
}

/** Opens a page whose browser context is signed in, with empty caches. */
export async function signedIn(browser, server) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const data = { username: "bench", password: "bench-only-password" };
  await context.request.post(`${server.url}/api/auth/login`, { data });
  return context.newPage();
}
