/** P11: the fleet list of a thousand bots that all change, in Chromium. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright";
import { connect, lanes } from "./light-socket.mjs";
import { call } from "./load.mjs";
import { prepareMuster, startMuster } from "./processes.mjs";

/**
 * Opens the fleet page, lets every bot report, log and ack for some seconds while it is scrolled, and counts.
 *
 * @param {{fact: Function, quick?: boolean}} tools
 */
export async function fleetPage({ fact, quick }) {
  const count = quick ? 200 : 1000;
  const server = await startMuster();
  const { userToken } = await prepareMuster(server);
  const headers = { authorization: `Bearer ${userToken}` };
  const bots = [];
  await lanes(count, 16, async (index) => {
    const body = JSON.stringify({ name: `Bot ${index}` });
    bots.push(JSON.parse(await call(server, { method: "POST", path: "/api/my-bots", headers, body })));
  });
  const sockets = [];
  await lanes(count, 32, async (index) => {
    sockets.push(await connect(server.url, { token: bots[index].token, instance: `i${index}` }));
  });
  const executablePath = process.env.CHROMIUM ?? (existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : undefined);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.request.post(`${server.url}/api/auth/login`, {
      data: { username: "bench", password: "bench-only-password" },
    });
    const page = await context.newPage();
    let frames = 0;
    page.on("websocket", (ws) => ws.on("framereceived", ({ payload }) => /"batch"/.test(String(payload)) && frames++));
    await page.goto(`${server.url}/dashboard/bots`);
    await page.locator("[data-bot]").first().waitFor();
    const bytes = await page.evaluate(() => {
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
      const sum = (some) => some.reduce((total, one) => total + one.transferSize, 0);
      return {
        paint: sum(all.filter((one) => one.startTime <= 0 || one.responseEnd <= paint.startTime)),
        all: sum(all),
      };
    });
    fact("P11", `before the first paint, fleet page of ${count} bots`, bytes.paint / 1000, "kB", 300);
    fact("P11", "until its rows are live, all of it", bytes.all / 1000, "kB");
    await page.evaluate(() => {
      window.bench = { rows: 0, gaps: [], stop: false };
      let last = performance.now();
      const look = (now) => {
        window.bench.gaps.push(now - last);
        last = now;
        window.bench.rows = Math.max(window.bench.rows, document.querySelectorAll("[data-bot]").length);
        if (!window.bench.stop) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    frames = 0;
    const began = performance.now();
    const end = began + (quick ? 4000 : 15_000);
    let events = 0;
    // Every bot changes its status again and again: 500 events a second, all shown on this page.
    const storm = async () => {
      for (let round = 0; performance.now() < end; round++) {
        for (let at = 0; at < 50; at++, events++) {
          const place = round * 50 + at;
          sockets[place % count].emit("status", { status: Math.floor(place / count) % 2 ? "online" : "busy" });
        }
        await sleep(100);
      }
    };
    const scroll = async () => {
      await page.mouse.move(640, 500);
      for (let step = 0; performance.now() < end; step++) {
        await page.mouse.wheel(0, step % 40 < 20 ? 400 : -400);
        await sleep(100);
      }
    };
    await Promise.all([storm(), scroll()]);
    const seconds = (performance.now() - began) / 1000;
    const { rows, gaps } = await page.evaluate(() => {
      window.bench.stop = true;
      return window.bench;
    });
    gaps.sort((a, b) => a - b);
    fact("P11", `rows in the DOM, the same page scrolled`, rows, "", 60);
    fact(
      "P11",
      `frames a second of that page, at ${Math.round(events / seconds)} events a second`,
      frames / seconds,
      "",
      20,
    );
    fact("P11", "between two pictures of that page, p95", gaps[Math.floor(gaps.length * 0.95)], "ms");
  } finally {
    await browser.close();
  }
  await server.stop();
}
