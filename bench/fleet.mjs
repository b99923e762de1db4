/** P6: many bots on one process. */
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import { connect, lanes } from "./light-socket.mjs";
import { call } from "./load.mjs";
import { cpuPerOperation, settle } from "./measure.mjs";
import { residentKb } from "./memory.mjs";
import { answering, freePort, prepareMuster, startBareSocketIo, startMuster } from "./processes.mjs";

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

/** Creates bots through the API. */
export async function makeBots(server, userToken, count) {
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
  const before = residentKb(server.pid);
  await collectGarbage(inspect);
  const leanBefore = residentKb(server.pid);
  const sockets = await connectAll(server.url, count, auth);
  // By then every socket has exchanged a ping.
  await sleep(30_000);
  await settle([server.pid]);
  const asIs = (residentKb(server.pid) - before) / count;
  await collectGarbage(inspect);
  await sleep(1000);
  return { asIs, lean: (residentKb(server.pid) - leanBefore) / count, sockets };
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
  const restarted = await restart();
  up = true;
  const began = performance.now();
  const sockets2 = await Promise.all(back);
  tally.lateMs = performance.now() - began;
  await sleep(3000);
  return { server: restarted, sockets: sockets2, ...tally };
}

/** CPU of a bot that connects and leaves: as a program that the server knows, and as a new one. */
async function comings(warm, ours, { figure, size }) {
  const bare = await startBareSocketIo();
  // Few enough that the warm-up makes the server know all of them, so that the measurement covers reconnects only.
  const known = (index) => ours(index % 500);
  const fresh = (index) => ({ ...known(index), instance: `new-${index}` });
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
      { name: "muster", pids: [warm.pid], run: visit(warm, known) },
      { name: "fresh", pids: [warm.pid], run: visit(warm, fresh) },
      { name: "bare", pids: [bare.pid], run: visit(bare, theirs) },
    ],
    size,
  );
  await bare.stop();
  const beside = { peer: us.bare, of: "bare Socket.IO" };
  figure({ what: "a bot reconnects and leaves", ours: us.muster, ...beside, goal: 1.8 });
  figure({ what: "a new program connects and leaves", ours: us.fresh, ...beside });
}

/** RSS of every bot that stays connected. Returns the server with its sockets. */
async function rooms(dir, count, ours, { figure }) {
  // Start fresh processes: a heap that has already grown would hide the memory of sockets.
  const ports = [await freePort(), await freePort()];
  const empty = await startBareSocketIo(ports[0]);
  const floor = await memory(empty, ports[0], count, theirs);
  await closeAll(floor.sockets);
  await empty.stop();
  const muster = await startMuster(dir, undefined, ports[1]);
  // Wait until the pages have loaded in the background: their hundred MB do not belong to bots.
  await answering(muster, "/login");
  const mine = await memory(muster, ports[1], count, ours);
  const what = `RSS per connected bot, of ${count}`;
  const beside = { of: "bare Socket.IO", unit: "kB" };
  figure({ what: `${what}, as it is`, ours: mine.asIs, peer: floor.asIs, ...beside });
  figure({ what: `${what}, in use`, ours: mine.lean, peer: floor.lean, ...beside });
  figure({ what: `${what}, in use`, ours: mine.lean, unit: "kB", goal: 25 });
  return { muster, sockets: mine.sockets };
}

/** How many of the first `asked` bots do not get a command that is sent to them. */
async function missing(server, bots, asked, ours, userToken) {
  let heard = 0;
  await lanes(asked, 16, async (index) => {
    const got = Promise.withResolvers();
    const hear = (event) => event === "new_command" && got.resolve(true);
    const socket = await connect(server.url, ours(index), hear);
    await call(server, {
      method: "POST",
      path: `/api/bot/${bots[index].bot_id}/send-command`,
      headers: { authorization: `Bearer ${userToken}` },
      body: JSON.stringify({ type: "ping" }),
    });
    if (await Promise.race([got.promise, sleep(10_000).then(() => false)])) heard++;
    socket.close();
  });
  return asked - heard;
}

const theirs = (index) => ({ bot: `b${index}` });

async function fleetSize(tools) {
  const { figure, quick } = tools;
  const count = Number(process.env.BENCH_BOTS ?? (quick ? 1000 : 10_000));
  const warm = await startMuster();
  const { userToken } = await prepareMuster(warm);
  console.error(`  making ${count} bots`);
  const bots = await makeBots(warm, userToken, count);
  const ours = (index) => ({ token: bots[index % count].token, instance: `i${index % count}` });
  await comings(warm, ours, tools);
  await warm.stop();
  const { muster, sockets } = await rooms(warm.dir, count, ours, tools);

  const after = await storm(sockets, ours, muster.url, async () => {
    await muster.stop();
    const server = await startMuster(muster.dir, muster.port);
    await answering(server, "/api/health");
    return server;
  });
  figure({ what: "connects that failed while the server was up", ours: after.refused, unit: "", goal: 0 });
  figure({ what: "bots dropped again", ours: after.dropped, unit: "", goal: 0 });
  const late = `until the last of ${count} was back after a restart`;
  figure({ what: late, ours: after.lateMs / 1000, unit: "s", goal: 8 });
  await closeAll(after.sockets);
  // A bot counts as back when it receives commands: check that for some of them.
  const asked = Math.min(200, count);
  const lost = await missing(after.server, bots, asked, ours, userToken);
  figure({ what: `of ${asked} bots then sent a command, those that did not get it`, ours: lost, unit: "", goal: 0 });
}

export const measurement = { id: "P6", title: "ten thousand connected bots", run: fleetSize };
