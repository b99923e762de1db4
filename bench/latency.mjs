/** The latency of a small request while something else goes on. */
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "./harness/statistics.mjs";

/** Milliseconds of one request on a connection of its own. */
function once(server, path) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const req = request({ host: "127.0.0.1", port: server.port, path, agent: false }, (res) => {
      res.resume();
      res.once("end", () => resolve(performance.now() - began));
    });
    req.once("error", reject);
    req.end();
  });
}

/** The p99 of `/api/health` in milliseconds, asked at 100 requests a second whether or not the answers keep up. */
export async function healthP99(server, forMs) {
  const times = [];
  const pending = [];
  const began = performance.now();
  for (let sent = 0; performance.now() - began < forMs; ) {
    for (; sent < (performance.now() - began) / 10; sent++)
      pending.push(once(server, "/api/health").then((ms) => times.push(ms)));
    await sleep(2);
  }
  await Promise.all(pending);
  return quantile(times, 0.99);
}

/**
 * Alternates between an idle server and one under load. `startLoad` returns how to stop it.
 *
 * @returns {Promise<{ idle: number[], loaded: number[] }>} the p99 of `/api/health` in each round, in milliseconds
 */
export async function latencyBeside(server, rounds, forMs, startLoad) {
  await healthP99(server, 1000);
  const p99 = { idle: [], loaded: [] };
  for (let round = 0; round < rounds; round++) {
    p99.idle.push(await healthP99(server, forMs));
    const stop = await startLoad();
    // Let the load get going first.
    await sleep(300);
    p99.loaded.push(await healthP99(server, forMs));
    await stop();
    await sleep(300);
  }
  return p99;
}
