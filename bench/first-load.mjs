/** P11: what the pages of the console cost: their scripts, their layout shifts, their answers to a click, and the server. */
import { get } from "node:http";
import { signedIn, startChromium } from "./browser.mjs";
import { cookieOf, openConsole, pagePaths } from "./console.mjs";
import { makeBots } from "./fleet.mjs";
import { settle, treeCpu } from "./measure.mjs";
import { prepareMuster, startMuster } from "./processes.mjs";

const SCRIPT = /<script[^>]*? src="(\/_next\/static\/[^"]+\.js)[^"]*"[^>]*>/g;
/** Pages whose layout shifts are measured. */
const SHOWN = [
  "/dashboard",
  "/dashboard/bots",
  "/dashboard/logs",
  "/dashboard/commands",
  "/dashboard/alerts",
  "/admin",
];

/** Status and body of a page, or the bytes of a file as they are sent, compressed. */
function load(server, path, headers) {
  return new Promise((resolve, reject) => {
    const req = get({ host: "127.0.0.1", port: server.port, path, headers }, (res) => {
      const chunks = [];
      res.on("data", (chunk) => chunks.push(chunk));
      res.once("end", () => resolve({ status: res.statusCode, body: Buffer.concat(chunks) }));
    });
    req.once("error", reject);
  });
}

/** The kB of the scripts that the document of each page names, compressed with gzip. */
async function firstLoadScripts(server, ids, { figure }) {
  const cookie = await cookieOf(server);
  const sizes = new Map();
  const pages = [];
  for (const path of pagePaths(ids)) {
    const { status, body } = await load(server, path, { cookie, accept: "text/html" });
    // A page that sends a signed-in person elsewhere has no first load of its own.
    if (status !== 200) continue;
    const scripts = new Set(
      [...body.toString().matchAll(SCRIPT)].filter(([tag]) => !/nomodule/i.test(tag)).map(([, src]) => src),
    );
    for (const src of scripts)
      if (!sizes.has(src)) sizes.set(src, (await load(server, src, { "accept-encoding": "gzip" })).body.length);
    pages.push({ path, kb: [...scripts].reduce((sum, src) => sum + sizes.get(src), 0) / 1000 });
  }
  pages.sort((a, b) => b.kb - a.kb);
  const note = `${pages.length} pages; the largest are ${pages
    .slice(0, 3)
    .map(({ path }) => path.replace(ids.bot_id, "…"))
    .join(", ")}`;
  figure({ what: "first-load scripts of the largest page, gzip", ours: pages[0].kb, unit: "kB", goal: 195, note });
}

/** Collects layout shifts and the duration of interactions from the start of every document. Runs in the page. */
function observe() {
  window.seen = { shift: 0, interactions: [] };
  const watch = (type, hear, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(hear)).observe({ type, buffered: true, ...more });
  watch("layout-shift", ({ hadRecentInput, value }) => {
    if (!hadRecentInput) window.seen.shift += value;
  });
  watch(
    "event",
    ({ interactionId, duration }) => {
      if (interactionId) window.seen.interactions.push(duration);
    },
    { durationThreshold: 16 },
  );
}

async function layoutShifts(page, server, { figure }) {
  const shifts = [];
  for (const path of SHOWN) {
    await page.goto(server.url + path, { waitUntil: "networkidle" });
    shifts.push({ path, shift: await page.evaluate(() => window.seen.shift) });
  }
  shifts.sort((a, b) => b.shift - a.shift);
  const [{ shift, path }] = shifts;
  const note = `of ${SHOWN.length} pages; the largest is ${path}`;
  figure({ what: "cumulative layout shift, the largest of a page", ours: shift, unit: "", goal: 0.05, note });
}

/** Clicks through the navigation and types into a filter, and takes the longest time until the next picture. */
async function interactions(page, server, { figure }) {
  await page.goto(`${server.url}/dashboard`, { waitUntil: "networkidle" });
  for (const path of ["/dashboard/bots", "/dashboard/logs", "/dashboard/bots"]) {
    await page.locator(`nav a[href="${path}"]`).first().click();
    await page.waitForURL(`${server.url}${path}**`);
    await page.waitForLoadState("networkidle");
  }
  const filter = page.locator("main input").first();
  await filter.pressSequentially("Bot 1", { delay: 100 });
  await page.waitForLoadState("networkidle");
  const { interactions: durations } = await page.evaluate(() => window.seen);
  // Interactions that took less than 16 ms are not reported: then none was slower.
  const note = `${durations.length} of 16 ms or more`;
  figure({
    what: "interaction to next paint, the longest",
    ours: Math.max(16, ...durations),
    unit: "ms",
    goal: 100,
    note,
  });
}

/** The server's CPU for the Overview, opened with empty caches. */
async function overviewCpu(page, server, bots, { figure, size }) {
  const costs = [];
  for (let round = 0; round <= size.rounds; round++) {
    await page.goto("about:blank");
    await settle([server.pid]);
    const before = treeCpu(server.pid);
    await page.goto(`${server.url}/dashboard`, { waitUntil: "networkidle" });
    await settle([server.pid]);
    // The first round compiles the page's code.
    if (round > 0) costs.push((treeCpu(server.pid) - before) / 1000);
  }
  figure({ what: `server CPU of the Overview of ${bots} bots`, ours: costs, unit: "ms", goal: 400 });
}

async function firstLoad(tools) {
  const server = await startMuster();
  const { userToken, botId } = await prepareMuster(server);
  await openConsole(server);
  await firstLoadScripts(server, { bot_id: botId, tag: "bots" }, tools);
  const browser = await startChromium();
  const bots = tools.quick ? 500 : 10_000;
  await makeBots(server, userToken, bots);
  const page = await signedIn(browser, server);
  await page.addInitScript(observe);
  await layoutShifts(page, server, tools);
  await interactions(page, server, tools);
  await overviewCpu(page, server, bots, tools);
}

export const measurement = { id: "P11", title: "what the pages of the console cost", run: firstLoad };
