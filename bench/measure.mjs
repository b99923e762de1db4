/**
 * CPU, not wall time: utime + stime of a whole process tree, before and after a fixed number of operations. Wall time on a
 * shared machine is noise; CPU per operation is what a server costs.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const TICK_US = 1e6 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** CPU µs that a process, its living descendants and its ended children have used. 0 when the process is gone. */
export function treeCpu(pid) {
  let ticks = 0;
  try {
    // The name field may hold spaces and brackets: the numbers start after the last bracket.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    for (const index of [11, 12, 13, 14]) ticks += Number(fields[index]);
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim();
      for (const child of children ? children.split(" ") : []) ticks += treeCpu(child) / TICK_US;
    }
  } catch {
    return ticks * TICK_US;
  }
  return ticks * TICK_US;
}

/** Waits until the processes are idle, so that deferred work (search indexing, checkpoints) is counted for the case that caused it. */
export async function settle(pids, limitMs = 10_000) {
  const end = Date.now() + limitMs;
  let before = total(pids);
  for (let calm = 0; calm < 2 && Date.now() < end; ) {
    await sleep(150);
    const now = total(pids);
    calm = now - before <= TICK_US ? calm + 1 : 0;
    before = now;
  }
}

const total = (pids) => pids.reduce((sum, pid) => sum + treeCpu(pid), 0);

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs the cases in turn, round after round, each round with another one first.
 *
 * @param {{name: string, pids: number[], run: (operations: number) => Promise<void>, own?: boolean}[]} cases
 *   `own` adds the CPU of this process, which then plays the clients' part
 * @param {{rounds: number, cpuUs: number}} size rounds, and the CPU each of them must at least use
 * @returns {Promise<Record<string, {us: number, spread: number, operations: number}>>} CPU µs per operation: the median, and
 *   how far the middle half of the rounds lies apart, as a share of it
 */
export async function cpuPerOperation(cases, { rounds, cpuUs }) {
  const plans = [];
  for (const one of cases) {
    // Warm up caches and compiler. A larger server takes longer, so the CPU used decides when it is warm, and not a count.
    let operations = 300;
    let used = 0;
    for (let warmth = 0; warmth < 3 * cpuUs || used < cpuUs / 8; warmth += used) {
      if (used < cpuUs / 2) operations *= 2;
      used = await costOf(one, operations);
    }
    plans.push({ ...one, operations: Math.ceil((operations * cpuUs * 1.25) / used), costs: [] });
  }
  for (let round = 0; round < rounds; round++)
    for (let step = 0; step < plans.length; step++) {
      const plan = plans[(step + round) % plans.length];
      let used = await costOf(plan, plan.operations);
      let done = plan.operations;
      // Lengthen a round that is too short to measure well; never discard it.
      while (used < cpuUs) {
        used += await costOf(plan, plan.operations);
        done += plan.operations;
      }
      plan.costs.push(used / done);
      process.stderr.write(".");
    }
  process.stderr.write("\n");
  return Object.fromEntries(
    plans.map(({ name, costs, operations }) => {
      const sorted = [...costs].sort((a, b) => a - b);
      const quarter = Math.floor(sorted.length / 4);
      const us = median(costs);
      return [name, { us, spread: (sorted[sorted.length - 1 - quarter] - sorted[quarter]) / us, operations }];
    }),
  );
}

async function costOf({ pids, run, own }, operations) {
  await settle(pids);
  const before = total(pids);
  const mine = process.cpuUsage();
  await run(operations);
  // Read this process's own CPU before the wait below, which does not belong to the work.
  const { user, system } = process.cpuUsage(mine);
  await settle(pids);
  return total(pids) - before + (own ? user + system : 0);
}
