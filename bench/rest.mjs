/** P16: memory and CPU of a server at rest, with connected bots that say nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import { openConsole } from "./console.mjs";
import { makeBots } from "./fleet.mjs";
import { connect, lanes } from "./light-socket.mjs";
import { ownCpu, settle, treeCpu } from "./measure.mjs";
import { treeResidentKb } from "./memory.mjs";
import { prepareMuster, startMuster } from "./processes.mjs";

const BOTS = 200;

async function atRest({ figure, quick }) {
  const server = await startMuster();
  const { userToken } = await prepareMuster(server);
  await openConsole(server);
  const bots = await makeBots(server, userToken, BOTS);
  const sockets = [];
  await lanes(BOTS, 16, async (index) => {
    sockets.push(await connect(server.url, { token: bots[index].token, instance: `i${index}` }));
  });
  await sleep(quick ? 5_000 : 60_000);
  await settle([server.pid]);
  const { main, children } = treeResidentKb(server.pid);
  const all = children.reduce((sum, kb) => sum + kb, main);
  const note = `child processes ${children.map((kb) => Math.round(kb / 1024)).join(" + ") || "none"}`;
  figure({ what: `resident memory of the main process, ${BOTS} bots`, ours: main / 1024, unit: "MB", goal: 120 });
  figure({ what: "resident memory of all processes", ours: all / 1024, unit: "MB", goal: 250, note });

  const [before, ownBefore, began] = [treeCpu(server.pid), ownCpu(server.pid), performance.now()];
  await sleep(quick ? 10_000 : 120_000);
  const us = (performance.now() - began) * 1000;
  const share = (100 * (treeCpu(server.pid) - before)) / us;
  const own = (100 * (ownCpu(server.pid) - ownBefore)) / us;
  const apart = `main process ${own.toFixed(2)}`;
  figure({ what: "CPU at rest, percent of a core", ours: share, unit: "%", goal: 1, note: apart });
  for (const socket of sockets) socket.close();
}

export const measurement = { id: "P16", title: "a server at rest", run: atRest };
