/** P1, P2, P13: the round trip of a command, alone, under load, and over two processes. */
import { median } from "./harness/statistics.mjs";
import { besidePeers } from "./measure.mjs";
import {
  answering,
  folder,
  prepareMuster,
  startBareSocketIo,
  startMuster,
  startPostgres,
  startRedis,
} from "./processes.mjs";
import { bareTrips, bullTrips, latencies, musterTrips, trips } from "./round-trip.mjs";

/** Concurrent trips in every CPU case, for every system. */
const WIDTH = 16;

/** A case of `cpuPerOperation`; `own` adds the CPU of this process, which plays the clients. */
const tripping = (servers, system, own = false) => ({
  ...{ own, pids: servers.map(({ pid }) => pid) },
  run: (count) => trips(system, count, WIDTH),
});

/** A server with a bot and an observer. */
async function musterWithClients() {
  const muster = await startMuster();
  return [muster, await musterTrips(muster, await prepareMuster(muster))];
}

/** Splits times into as many rounds as a spread needs, and takes the median of each. */
function mediansOf(times, rounds) {
  const length = Math.ceil(times.length / rounds);
  return Array.from({ length: rounds }, (_, round) => median(times.slice(round * length, (round + 1) * length)));
}

async function latency({ figure, quick, size }) {
  const [, ours] = await musterWithClients();
  const floor = await bareTrips(await startBareSocketIo());
  await latencies([ours, floor], 300);
  const times = await latencies([ours, floor], quick ? 510 : 3500);
  const [mine, theirs] = times.map((all) => mediansOf(all, size.rounds));
  figure({ what: "command round trip, p50 wall", ours: mine, peer: theirs, of: "bare Socket.IO", goal: 1.4 });
  await Promise.all([ours.close(), floor.close()]);
}

async function cpu(tools) {
  const [muster, ours] = await musterWithClients();
  const systems = [ours];
  const startBare = async () => {
    const bare = await startBareSocketIo();
    systems.push(await bareTrips(bare));
    return tripping([bare], systems.at(-1));
  };
  const startBull = async () => {
    const redis = await startRedis();
    systems.push(await bullTrips(redis));
    return tripping([redis], systems.at(-1), true);
  };
  await besidePeers(tools, {
    what: "command round trip, server CPU",
    ours: tripping([muster], ours),
    peers: [{ of: "bare Socket.IO", goal: 2, start: startBare }],
  });
  await besidePeers(tools, {
    what: "command round trip, all processes",
    ours: tripping([muster], ours, true),
    peers: [{ of: "BullMQ + Redis", goal: 0.6, start: startBull }],
  });
  await Promise.all(systems.map((system) => system.close()));
}

/** One process on PostgreSQL beside two with Redis: the command is queued and watched at one, its bot is at the other. */
async function twoProcesses(tools) {
  const postgres = await startPostgres(["alone", "joined"]);
  const redis = await startRedis();
  const [alone, joined] = postgres.urls;
  const settings = {
    DATABASE_URL: joined,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    SECRET_KEY: "a secret key that only the bench uses",
  };
  const near = await startMuster(folder(), undefined, undefined, settings);
  const ids = await prepareMuster(near);
  const far = await startMuster(folder(), undefined, undefined, settings);
  await answering(far, "/api/health");
  const systems = [await musterTrips(near, ids, far)];
  const startSingle = async () => {
    const one = await startMuster(folder(), undefined, undefined, { DATABASE_URL: alone });
    systems.push(await musterTrips(one, await prepareMuster(one)));
    return tripping([one], systems.at(-1));
  };
  await besidePeers(tools, {
    what: "command over two processes, both their CPU",
    ours: tripping([near, far], systems[0]),
    peers: [{ of: "one process", goal: 1.8, start: startSingle }],
  });
  await Promise.all(systems.map((system) => system.close()));
}

export const measurements = [
  { id: "P1", title: "the round trip of a command", run: latency },
  { id: "P2", title: "CPU of that round trip", run: cpu },
  { id: "P13", title: "a command over two processes", run: twoProcesses },
];
