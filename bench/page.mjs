/** P11: the fleet list of a thousand bots that all change, in Chromium. */
import { setTimeout as sleep } from "node:timers/promises";
import { signedIn, startChromium } from "./browser.mjs";
import { makeBots } from "./fleet.mjs";
import { quantile } from "./harness/statistics.mjs";
import { connect, lanes } from "./light-socket.mjs";
import { prepareMuster, startMuster } from "./processes.mjs";

/** Bots that are connected to a server, by their sockets. */
async function connectedBots(server, count) {
  const { userToken } = await prepareMuster(server);
  const bots = await makeBots(server, userToken, count);
  const sockets = [];
  await lanes(count, 32, async (index) => {
    sockets.push(await connect(server.url, { token: bots[index].token, instance: `i${index}` }));
  });
  return sockets;
}

/** Bytes that the page in the browser has loaded: before its first paint, and in all. Runs in the page. */
function loadedBytes() {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const sum = (entries) => entries.reduce((total, { transferSize }) => total + transferSize, 0);
  return {
    paint: sum(all.filter((entry) => entry.startTime <= 0 || entry.responseEnd <= paint.startTime)),
    all: sum(all),
  };
}

/** Notes the time between two pictures and the most rows in the DOM, until `bench.stop`. Runs in the page. */
function watchPictures() {
  window.bench = { rows: 0, gaps: [], stop: false };
  let last = performance.now();
  const look = (now) => {
    window.bench.gaps.push(now - last);
    last = now;
    window.bench.rows = Math.max(window.bench.rows, document.querySelectorAll("[data-bot]").length);
    if (!window.bench.stop) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Changes the status of every bot again and again, 500 events a second. Returns how many there were. */
async function storm(sockets, end) {
  let events = 0;
  for (let round = 0; performance.now() < end; round++) {
    for (let at = 0; at < 50; at++, events++) {
      const place = round * 50 + at;
      const status = Math.floor(place / sockets.length) % 2 ? "online" : "busy";
      sockets[place % sockets.length].emit("status", { status });
    }
    await sleep(100);
  }
  return events;
}

async function scroll(page, end) {
  await page.mouse.move(640, 500);
  for (let step = 0; performance.now() < end; step++) {
    await page.mouse.wheel(0, step % 40 < 20 ? 400 : -400);
    await sleep(100);
  }
}

/** Scrolls the page while every bot changes, and prints how it keeps up. */
async function measureChanges(page, sockets, frames, { figure, quick }) {
  await page.evaluate(watchPictures);
  frames.count = 0;
  const began = performance.now();
  const end = began + (quick ? 4000 : 15_000);
  const [events] = await Promise.all([storm(sockets, end), scroll(page, end)]);
  const seconds = (performance.now() - began) / 1000;
  const { rows, gaps } = await page.evaluate(() => {
    window.bench.stop = true;
    return window.bench;
  });
  figure({ what: "rows in the DOM, the same page scrolled", ours: rows, unit: "", goal: 60 });
  const note = `at ${Math.round(events / seconds)} events a second`;
  figure({ what: "frames a second of that page", ours: frames.count / seconds, unit: "", goal: 20, note });
  figure({ what: "between two pictures of that page, p95", ours: quantile(gaps, 0.95), unit: "ms" });
}

/** Opens the fleet page, lets every bot change for some seconds while it is scrolled, and counts. */
async function fleetPage(tools) {
  const { figure, quick } = tools;
  const count = quick ? 200 : 1000;
  const browser = await startChromium();
  const server = await startMuster();
  const sockets = await connectedBots(server, count);
  const page = await signedIn(browser, server);
  const frames = { count: 0 };
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => /"batch"/.test(String(payload)) && frames.count++),
  );
  await page.goto(`${server.url}/dashboard/bots`);
  await page.locator("[data-bot]").first().waitFor();
  const bytes = await page.evaluate(loadedBytes);
  const what = `before the first paint, fleet page of ${count} bots`;
  figure({ what, ours: bytes.paint / 1000, unit: "kB", goal: 300 });
  figure({ what: "until its rows are live, all of it", ours: bytes.all / 1000, unit: "kB" });
  await measureChanges(page, sockets, frames, tools);
}

export const measurement = { id: "P11", title: "the console in Chromium", run: fleetPage };
