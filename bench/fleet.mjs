/** P6, P7: many bots on one process, and many pages that watch them. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import { connect, lanes } from "./light-socket.mjs";
import { call, load } from "./load.mjs";
import { cpuPerOperation, settle } from "./measure.mjs";
import { answering, freePort, prepareMuster, startBareSocketIo, startMuster } from "./processes.mjs";

/** How many pages watch in the fan-out cases. */
const PAGES = 50;
const WIDTH = 64;

/** Collects the garbage of a process started with `inspect`, so that the remaining memory is in use. */
async function collectGarbage(inspect) {
  const [target] = await (await fetch(`http://127.0.0.1:${inspect}/json`)).json();
  const ws = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve) => ws.once("open", resolve));
  ws.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
  await new Promise((resolve) => ws.once("message", resolve));
  ws.close();
}

const rss = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

/** Creates bots through the API. */
async function makeBots(server, userToken, count) {
  const bots = [];
  await lanes(count, 16, async (index) => {
    const text = await call(server, {
      method: "POST",
      path: "/api/my-bots",
      headers: { authorization: `Bearer ${userToken}` },
      body: JSON.stringify({ name: `Bot ${index}` }),
    });
    bots.push(JSON.parse(text));
  });
  return bots;
}

/** Connects `count` bots and keeps them connected. `auth` returns the credential of the bot with that index. */
async function connectAll(url, count, auth) {
  const sockets = [];
  await lanes(count, WIDTH, async (index) => {
    sockets.push(await connect(url, auth(index)));
  });
  return sockets;
}
async function closeAll(sockets) {
  for (const socket of sockets) socket.close();
  await Promise.all(sockets.map((socket) => socket.closed));
}

/**
 * Measures kB of RSS per connected socket, once all are connected and have been idle for a while: without a garbage
 * collection, and with one before and after.
 */
async function memory(server, inspect, count, auth) {
  // Warm up only a little, to compile the code without growing the heap.
  await closeAll(await connectAll(server.url, 50, auth));
  await settle([server.pid]);
  const before = rss(server.pid);
  await collectGarbage(inspect);
  const leanBefore = rss(server.pid);
  const sockets = await connectAll(server.url, count, auth);
  // By then every socket has exchanged a ping.
  await sleep(30_000);
  await settle([server.pid]);
  const asIs = (rss(server.pid) - before) / count;
  await collectGarbage(inspect);
  await sleep(1000);
  return { asIs, lean: (rss(server.pid) - leanBefore) / count, sockets };
}

/**
 * Restarts the server under `count` connected bots. They reconnect as the client library does: after 1 s, then twice as long
 * each time up to 30 s, each ± half of it.
 */
async function storm(sockets, auth, url, restart) {
  const tally = { refused: 0, dropped: 0, lateMs: 0 };
  let up = false;
  const back = sockets.map(async (socket, index) => {
    await socket.closed;
    for (let attempt = 0; ; attempt++) {
      await sleep(Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + Math.random()));
      const wasUp = up;
      const next = await connect(url, auth(index)).catch(() => undefined);
      if (next) {
        void next.closed.then(() => tally.dropped++);
        return next;
      }
      if (wasUp) tally.refused++;
    }
  });
  const again = await restart();
  up = true;
  const began = performance.now();
  const sockets2 = await Promise.all(back);
  tally.lateMs = performance.now() - began;
  await sleep(3000);
  return { again, sockets: sockets2, ...tally };
}

/** P6. `row` and `fact` print one line each. */
export async function fleetSize({ row, fact, size, spread, quick }) {
  const count = Number(process.env.BENCH_BOTS ?? (quick ? 1000 : 10_000));
  const warm = await startMuster();
  const bare = await startBareSocketIo();
  const { userToken } = await prepareMuster(warm);
  console.error(`  making ${count} bots`);
  const bots = await makeBots(warm, userToken, count);
  const ours = (index) => ({ token: bots[index % count].token, instance: `i${index % count}` });
  // Few enough that the warm-up makes the server know all of them, so that the measurement covers reconnects only.
  const again = (index) => ours(index % 500);
  const fresh = (index) => ({ ...again(index), instance: `new-${index}` });
  const theirs = (index) => ({ bot: `b${index}` });

  let step = 0;
  const visit = (server, auth) => async (visits) => {
    const start = step;
    step += visits;
    await lanes(visits, WIDTH, async (index) => {
      const socket = await connect(server.url, auth(start + index));
      socket.close();
      await socket.closed;
    });
  };
  const us = await cpuPerOperation(
    [
      { name: "muster", pids: [warm.pid], run: visit(warm, again) },
      { name: "fresh", pids: [warm.pid], run: visit(warm, fresh) },
      { name: "bare", pids: [bare.pid], run: visit(bare, theirs) },
    ],
    size,
  );
  row(
    "P6",
    "a bot reconnects and leaves",
    us.muster.us,
    us.bare.us,
    "bare Socket.IO",
    1.5,
    "µs",
    spread(us.muster, us.bare),
  );

  row(
    "P6",
    "a new program connects and leaves",
    us.fresh.us,
    us.bare.us,
    "bare Socket.IO",
    undefined,
    "µs",
    spread(us.fresh),
  );

  // Start fresh processes: a heap that has already grown would hide the memory of sockets.
  await bare.stop();
  const ports = [await freePort(), await freePort()];
  const empty = await startBareSocketIo(ports[0]);
  const floor = await memory(empty, ports[0], count, theirs);
  await closeAll(floor.sockets);
  await empty.stop();
  await warm.stop({ keep: true });
  const muster = await startMuster(warm.dir, undefined, ports[1]);
  // Wait until the pages have loaded in the background: their hundred MB do not belong to bots.
  await answering(muster, "/login");
  const mine = await memory(muster, ports[1], count, ours);
  row("P6", `RSS per connected bot, of ${count}, as it is`, mine.asIs, floor.asIs, "bare Socket.IO", undefined, "kB");
  row("P6", `RSS per connected bot, of ${count}, in use`, mine.lean, floor.lean, "bare Socket.IO", undefined, "kB");
  fact("P6", `RSS per connected bot, of ${count}, in use`, mine.lean, "kB", 30);

  const after = await storm(mine.sockets, ours, muster.url, async () => {
    await muster.stop({ keep: true });
    const server = await startMuster(muster.dir, muster.port);
    await answering(server, "/api/health");
    return server;
  });
  fact("P6", "connects that failed while the server was up", after.refused, "", 0);
  fact("P6", "bots dropped again", after.dropped, "", 0);
  fact("P6", `until the last of ${count} was back after a restart`, after.lateMs / 1000, "s");
  // A bot counts as back when it receives commands: check that for some of them.
  let heard = 0;
  const asked = 200;
  await closeAll(after.sockets);
  await lanes(asked, 16, async (index) => {
    const bot = bots[index];
    let done;
    const got = new Promise((resolve) => {
      done = resolve;
    });
    const socket = await connect(after.again.url, ours(index), (event) => event === "new_command" && done());
    await call(after.again, {
      method: "POST",
      path: `/api/bot/${bot.bot_id}/send-command`,
      headers: { authorization: `Bearer ${userToken}` },
      body: JSON.stringify({ type: "ping" }),
    });
    if (await Promise.race([got.then(() => true), sleep(10_000).then(() => false)])) heard++;
    socket.close();
  });
  fact("P6", `of ${asked} bots then sent a command, those that did not get it`, asked - heard, "", 0);
  await after.again.stop();
}

/** P7: the cost of sending one more event to one more page. */
export async function fanOut({ row, fact, size, quick }) {
  const log = (line) => JSON.stringify({ type: "info", message: `Handled update ${line} of thread ${line % 97}` });
  /** A server with watchers; `run` posts logs, one a request, and waits until every watcher has every one of them. */
  async function stage(name, server, path, headers, pages, auth, watch) {
    let heard = 0;
    let dropped = 0;
    let done = () => {};
    let wanted = Number.POSITIVE_INFINITY;
    const hear = (event, data) => {
      if (event === "new_log") heard++;
      else if (event === "batch") {
        heard += data.events.length;
        dropped += data.dropped;
      } else return;
      if (heard + dropped >= wanted) done();
    };
    for (let page = 0; page < pages; page++) {
      const socket = await connect(server.url, auth, hear);
      if (watch) socket.emit("watch", { topics: ["logs"] });
    }
    let line = 0;
    return {
      name,
      pids: [server.pid],
      stats: () => ({ dropped, heard }),
      async run(count) {
        const all = new Promise((resolve) => {
          done = resolve;
        });
        wanted = pages === 0 ? Number.POSITIVE_INFINITY : heard + dropped + count * pages;
        await load(server, count, 16, () => ({ method: "POST", path, headers, body: log(++line) }));
        if (pages > 0) await all;
      },
    };
  }
  const servers = [];
  const ours = async (name, pages, watch) => {
    const server = await startMuster();
    servers.push(server);
    const { userToken, botId, botToken } = await prepareMuster(server);
    const headers = { authorization: `Bearer ${botToken}` };
    return stage(name, server, `/api/bot/${botId}/logs`, headers, pages, { token: userToken }, watch);
  };
  const theirs = async (name, pages) => {
    const server = await startBareSocketIo();
    servers.push(server);
    return stage(name, server, "/api/bot/b1/logs", {}, pages, {}, false);
  };
  const cases = [
    await ours("none", 0, false),
    await ours("single", PAGES, false),
    await ours("batch", PAGES, true),
    await theirs("bare-none", 0),
    await theirs("bare", PAGES),
  ];
  const us = await cpuPerOperation(cases, size);
  const marginal = (name, none) => (us[name].us - us[none].us) / PAGES;
  const bare = marginal("bare", "bare-none");
  row(
    "P7",
    `one event to one of ${PAGES} sockets, single events`,
    marginal("single", "none"),
    bare,
    "bare Socket.IO",
    1.3,
  );
  row(
    "P7",
    `one event to one of ${PAGES} pages of the console`,
    marginal("batch", "none"),
    bare,
    "bare Socket.IO",
    1.3,
  );
  // The page gets at most 250 events in 50 ms, and the number of the rest, which it reads from the API.
  fact("P7", "events left out of full frames and told of, share", cases[2].stats().dropped / cases[2].stats().heard);
  await Promise.all(servers.map((server) => server.stop()));

  // Frames of one page, however many events.
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
  await lanes(8, 8, async () => {
    while (performance.now() - began < seconds * 1000)
      await call(server, {
        method: "POST",
        path: `/api/bot/${botId}/logs`,
        headers: { authorization: `Bearer ${botToken}` },
        body,
      });
  });
  await sleep(300);
  // Use the mean. This process is busy and reads frames late, so a moving window would count several as one moment.
  const took = (performance.now() - began) / 1000;
  fact("P7", `frames a second of a page, at ${Math.round(events / took)} events a second`, frames / took, "", 20);
  page.close();
  await server.stop();
}
