/**
 * CPU, not wall time: utime + stime of a whole process tree, before and after a fixed number of operations. Wall time on a
 * shared machine is noise; CPU per operation is what a server costs.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { UnavailableError } from "./harness/errors.mjs";
import { median, spreadOf } from "./harness/statistics.mjs";

const TICK_US = 1e6 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** CPU µs of a process itself, of its ended children, and the pids of its living children. Undefined when it is gone. */
function readProcess(pid) {
  try {
    // The name field may hold spaces and brackets: the numbers start after the last bracket.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const us = (...indexes) => indexes.reduce((sum, index) => sum + Number(fields[index]), 0) * TICK_US;
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim();
      return text ? text.split(" ") : [];
    });
    return { own: us(11, 12), ended: us(13, 14), children };
  } catch {
    return undefined;
  }
}

/** CPU µs that a process, its living descendants and its ended children have used. 0 when the process is gone. */
export function treeCpu(pid) {
  const process = readProcess(pid);
  if (!process) return 0;
  return process.children.reduce((sum, child) => sum + treeCpu(child), process.own + process.ended);
}

/** CPU µs that a process itself has used, without its children. 0 when it is gone. */
export const ownCpu = (pid) => readProcess(pid)?.own ?? 0;

/** The pids of a process's living descendants. */
export function descendants(pid) {
  const children = readProcess(pid)?.children.map(Number) ?? [];
  return children.flatMap((child) => [child, ...descendants(child)]);
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

const total = (pids, cpu = treeCpu) => pids.reduce((sum, pid) => sum + cpu(pid), 0);

/**
 * Runs the cases in turn, round after round, each round with another one first.
 *
 * @param {{name: string, pids: number[], run: (operations: number) => Promise<void>, own?: boolean}[]} cases
 *   `own` adds the CPU of this process, which then plays the clients' part
 * @param {{rounds: number, cpuUs: number, least?: number}} size rounds, the CPU each of them must at least use, and the
 *   operations to begin with, which are few when one may take long
 * @returns {Promise<Record<string, {us: number, costs: number[], childrenUs: number, spread: number, operations: number}>>}
 *   CPU µs per operation: the median, that of every round, and the part of it that child processes used
 */
export async function cpuPerOperation(cases, { rounds, cpuUs, least = 300 }) {
  const plans = [];
  for (const one of cases) {
    // Warm up caches and compiler. A larger server takes longer, so the CPU used decides when it is warm, and not a count.
    let operations = least;
    let used = 0;
    for (let warmth = 0; warmth < 3 * cpuUs || used < cpuUs / 8; warmth += used) {
      if (used < cpuUs / 2) operations *= 2;
      ({ used } = await costOf(one, operations));
    }
    plans.push({ ...one, operations: Math.ceil((operations * cpuUs * 1.25) / used), costs: [], children: [] });
  }
  for (let round = 0; round < rounds; round++)
    for (let step = 0; step < plans.length; step++) {
      const plan = plans[(step + round) % plans.length];
      const cost = await costOf(plan, plan.operations);
      let done = plan.operations;
      // Lengthen a round that is too short to measure well; never discard it.
      while (cost.used < cpuUs) {
        const more = await costOf(plan, plan.operations);
        cost.used += more.used;
        cost.children += more.children;
        done += plan.operations;
      }
      plan.costs.push(cost.used / done);
      plan.children.push(cost.children / done);
      process.stderr.write(".");
    }
  process.stderr.write("\n");
  const resultOf = ({ costs, children, operations }) => ({
    ...{ us: median(costs), childrenUs: median(children) },
    ...{ costs, spread: spreadOf(costs), operations },
  });
  return Object.fromEntries(plans.map((plan) => [plan.name, resultOf(plan)]));
}

async function costOf({ pids, run, own }, operations) {
  await settle(pids);
  const [before, mainBefore] = [total(pids), total(pids, ownCpu)];
  const mine = process.cpuUsage();
  await run(operations);
  // Read this process's own CPU before the wait below, which does not belong to the work.
  const { user, system } = process.cpuUsage(mine);
  await settle(pids);
  const [tree, main] = [total(pids) - before, total(pids, ownCpu) - mainBefore];
  return { used: tree + (own ? user + system : 0), children: tree - main };
}

/**
 * Measures the case of Muster and those of its peers in turn, and reports a figure for each peer.
 *
 * @param {object} tools the measurement's tools
 * @param {{ what: string, ours: object, peers: { of: string, goal?: number, start: () => Promise<object> }[], unit?: string,
 *   scale?: number, note?: string }} plan `ours` is a case of `cpuPerOperation`, and `start` starts a peer and returns its
 *   case, without a name. A peer that is not installed is reported as not run; the others are measured.
 */
export async function besidePeers({ size, figure, notRun }, { what, ours, peers, ...rest }) {
  const cases = [{ name: "Muster", ...ours }];
  const started = [];
  for (const { start, ...peer } of peers)
    try {
      cases.push({ name: peer.of, ...(await start()) });
      started.push(peer);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      notRun({ what, of: peer.of, why: error.message });
    }
  const us = await cpuPerOperation(cases, size);
  for (const peer of started) figure({ what, ours: us.Muster, peer: us[peer.of], ...peer, ...rest });
}
