/** P1, P2, P13: the round trip of a command, alone, under load, and over two processes. */
import { cpuPerOperation, median } from "./measure.mjs";
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
import { spread } from "./table.mjs";

/** Concurrent trips in every CPU case, for every system. */
const WIDTH = 16;

/** A case of `cpuPerOperation`; `own` adds the CPU of this process, which plays the clients. */
const tripping = (name, server, system, own = false) => ({
  ...{ name, own, pids: [server.pid] },
  run: (count) => trips(system, count, WIDTH),
});

export async function commandTrips(which, tools) {
  const [muster, bare] = [await startMuster(), await startBareSocketIo()];
  const ours = await musterTrips(muster, await prepareMuster(muster));
  const floor = await bareTrips(bare);
  if (which.has("P1")) await latency(ours, floor, tools);
  if (which.has("P2")) {
    await serverCpu(tripping("muster", muster, ours), tripping("bare", bare, floor), tools);
    await allCpu(tripping("muster", muster, ours, true), tools);
  }
  await Promise.all([ours.close(), floor.close()]);
  await Promise.all([muster.stop(), bare.stop()]);
}

async function latency(ours, floor, { row, quick }) {
  await latencies([ours, floor], 300);
  const [mine, theirs] = (await latencies([ours, floor], quick ? 500 : 3000)).map(median);
  row("P1", "command round trip, p50 wall", mine, theirs, "bare Socket.IO", 1.5);
}

async function serverCpu(ours, floor, { row, size }) {
  const us = await cpuPerOperation([ours, floor], size);
  const note = spread(us.muster, us.bare);
  row("P2", "command round trip, server CPU", us.muster.us, us.bare.us, "bare Socket.IO", 2, "µs", note);
}

async function allCpu(ours, { row, size }) {
  const redis = await startRedis();
  const bull = await bullTrips(redis);
  const us = await cpuPerOperation([ours, tripping("bull", redis, bull, true)], size);
  const note = spread(us.muster, us.bull);
  row("P2", "command round trip, all processes", us.muster.us, us.bull.us, "BullMQ + Redis", 0.5, "µs", note);
  await bull.close();
  await redis.stop();
}

/** One process on PostgreSQL beside two with Redis: the command is queued and watched at one, its bot is at the other. */
export async function twoProcesses({ row, size }) {
  const postgres = await startPostgres(["alone", "joined"]);
  const redis = await startRedis();
  const [alone, joined] = postgres.urls;
  const settings = {
    DATABASE_URL: joined,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    SECRET_KEY: "a secret key that only the bench uses",
  };
  const one = await startMuster(folder(), undefined, undefined, { DATABASE_URL: alone });
  const near = await startMuster(folder(), undefined, undefined, settings);
  const [oneIds, ids] = [await prepareMuster(one), await prepareMuster(near)];
  const far = await startMuster(folder(), undefined, undefined, settings);
  await answering(far, "/api/health");
  const [single, across] = [await musterTrips(one, oneIds), await musterTrips(near, ids, far)];
  const cases = [{ ...tripping("across", near, across), pids: [near.pid, far.pid] }, tripping("single", one, single)];
  const us = await cpuPerOperation(cases, size);
  const note = spread(us.across, us.single);
  row("P13", "command over two processes, both their CPU", us.across.us, us.single.us, "one process", 2, "µs", note);
  await Promise.all([single.close(), across.close()]);
  await Promise.all([one, near, far, redis].map((server) => server.stop()));
  await postgres.stop();
}
