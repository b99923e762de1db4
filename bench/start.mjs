/** P12: the start of the server: the CPU until it serves bots, and how long pages then hold it up. */
import { openConsole } from "./console.mjs";
import { median } from "./harness/statistics.mjs";
import { loopDelays, withLoopDelays } from "./loop-delays.mjs";
import { treeCpu } from "./measure.mjs";
import { answering, folder, prepareMuster, startMuster, startRaw } from "./processes.mjs";

const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** A data folder of a server that was started before, which has kept its compiled code, and a bot's poll on it. */
async function existingServer() {
  const dir = folder();
  const first = await startMuster(dir);
  const { botId, botToken } = await prepareMuster(first);
  await first.stop();
  const poll = [`/api/bot/${botId}/commands`, bearer(botToken)];
  // The first start makes the folder of the code, and a clean end of the second one fills it.
  const second = await startMuster(dir);
  await answering(second, ...poll);
  await second.stop();
  return { dir, poll };
}

/** CPU of the process tree until a bot's first poll is answered. */
async function startingCpu({ dir, poll }, { figure, size }) {
  const raw = folder();
  const once = async (server) => {
    await answering(server, ...poll);
    const used = treeCpu(server.pid);
    await server.stop({ signal: "SIGKILL" });
    return used / 1000;
  };
  const costs = { muster: [], raw: [] };
  for (let round = 0; round < size.rounds * 2; round++) {
    costs.muster.push(await once(await startMuster(dir)));
    costs.raw.push(await once(await startRaw("sqlite", raw)));
  }
  const beside = { peer: costs.raw, of: "raw node:http + SQLite", goal: 2.5 };
  figure({ what: "CPU until the first bot is served", ours: costs.muster, ...beside, unit: "ms" });
}

/** How long the event loop was held from the first answer to a bot until the pages are loaded, while bots poll. */
async function warmUp({ dir, poll }, { figure, size }) {
  const delays = [];
  for (let round = 0; round < size.rounds; round++) {
    const place = folder();
    const server = await startMuster(dir, undefined, undefined, ...withLoopDelays(place));
    await answering(server, ...poll);
    await loopDelays(server, place);
    await openConsole(server);
    delays.push((await loopDelays(server, place)).max);
    await server.stop({ signal: "SIGKILL" });
  }
  const note = `median of ${delays.length} starts`;
  figure({ what: "loop held while pages warm up", ours: median(delays), unit: "ms", goal: 50, note });
}

export const measurement = {
  id: "P12",
  title: "the start of the server",
  async run(tools) {
    const existing = await existingServer();
    await startingCpu(existing, tools);
    await warmUp(existing, tools);
  },
};
