/** P7: the cost of sending one more event to one more page, and how many frames a page gets. */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, lanes } from "./light-socket.mjs";
import { call, load } from "./load.mjs";
import { cpuPerOperation } from "./measure.mjs";
import { prepareMuster, startBareSocketIo, startMuster } from "./processes.mjs";

/** How many pages watch. */
const PAGES = 50;

const log = (line) => JSON.stringify({ type: "info", message: `Handled update ${line} of thread ${line % 97}` });

/** Sockets that watch a server, and a count of the events that reached them. */
async function watchers(server, pages, auth, isBatched) {
  const tally = { heard: 0, dropped: 0 };
  let wanted = Number.POSITIVE_INFINITY;
  let done = () => {};
  const hear = (event, data) => {
    if (event === "new_log") tally.heard++;
    else if (event === "batch") {
      tally.heard += data.events.length;
      tally.dropped += data.dropped;
    } else return;
    if (tally.heard + tally.dropped >= wanted) done();
  };
  for (let page = 0; page < pages; page++) {
    const socket = await connect(server.url, auth, hear);
    if (isBatched) socket.emit("watch", { topics: ["logs"] });
  }
  return {
    tally,
    /** Resolves when every watcher has heard of so many more events; at once without watchers. */
    until: (events) =>
      new Promise((resolve) => {
        if (pages === 0) return resolve();
        wanted = tally.heard + tally.dropped + events * pages;
        done = resolve;
      }),
  };
}

/** A case with watchers: `run` posts logs, one a request, and waits until every watcher has every one of them. */
async function stage(name, server, target, pages, auth = {}, isBatched = false) {
  const { tally, until } = await watchers(server, pages, auth, isBatched);
  let line = 0;
  return {
    name,
    pids: [server.pid],
    tally,
    async run(count) {
      const all = until(count);
      await load(server, count, 16, () => ({ method: "POST", ...target, body: log(++line) }));
      await all;
    },
  };
}

async function ours(name, pages, isBatched) {
  const server = await startMuster();
  const { userToken, botId, botToken } = await prepareMuster(server);
  const target = { path: `/api/bot/${botId}/logs`, headers: { authorization: `Bearer ${botToken}` } };
  return stage(name, server, target, pages, { token: userToken }, isBatched);
}

const theirs = async (name, pages) =>
  stage(name, await startBareSocketIo(), { path: "/api/bot/b1/logs", headers: {} }, pages);

async function marginalCost({ figure, size }) {
  const cases = [
    await ours("none", 0, false),
    await ours("single", PAGES, false),
    await ours("batch", PAGES, true),
    await theirs("bare-none", 0),
    await theirs("bare", PAGES),
  ];
  const us = await cpuPerOperation(cases, size);
  const marginal = (name, none) => us[name].costs.map((cost, round) => (cost - us[none].costs[round]) / PAGES);
  const bare = { peer: marginal("bare", "bare-none"), of: "bare Socket.IO", goal: 1 };
  figure({ what: `one event to one of ${PAGES} sockets, single events`, ours: marginal("single", "none"), ...bare });
  figure({ what: `one event to one of ${PAGES} pages of the console`, ours: marginal("batch", "none"), ...bare });
  // The page gets at most 250 events in 50 ms, and the number of the rest, which it reads from the API.
  const { dropped, heard } = cases[2].tally;
  figure({ what: "share of events left out of full frames and only counted", ours: dropped / heard, unit: "" });
}

/** Frames of one page, however many events. */
async function framesOfOnePage({ figure, quick }) {
  const server = await startMuster();
  const { userToken, botId, botToken } = await prepareMuster(server);
  let frames = 0;
  let events = 0;
  const page = await connect(server.url, { token: userToken }, (event, data) => {
    if (event !== "batch") return;
    frames++;
    events += data.events.length + data.dropped;
  });
  page.emit("watch", { topics: ["logs"] });
  await sleep(200);
  const began = performance.now();
  const seconds = quick ? 2 : 10;
  const body = JSON.stringify(Array.from({ length: 100 }, (_, line) => JSON.parse(log(line))));
  const path = `/api/bot/${botId}/logs`;
  const headers = { authorization: `Bearer ${botToken}` };
  await lanes(8, 8, async () => {
    while (performance.now() - began < seconds * 1000) await call(server, { method: "POST", path, headers, body });
  });
  await sleep(300);
  // Use the mean. This process is busy and reads frames late, so a moving window would count several as one moment.
  const took = (performance.now() - began) / 1000;
  const note = `at ${Math.round(events / took)} events a second`;
  figure({ what: "frames a second of a page", ours: frames / took, unit: "", goal: 20, note });
  page.close();
}

export const measurement = {
  id: "P7",
  title: "one more event to one more page",
  async run(tools) {
    await marginalCost(tools);
    await framesOfOnePage(tools);
  },
};
