/**
 * Measures how busy and how full the machine is. In a container, the limits of cgroup v2 are used where they are set,
 * and otherwise the values of the whole machine.
 */
import { readFile, statfs } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Shares from 0 to 1; network in bytes a second over all interfaces except the loopback. */
export type Usage = { cpu: number; memory: number; disk: number; networkIn: number; networkOut: number };

/** Values are measured at most this often, however many callers ask. */
const FRESH_MS = 2_000;
/** The length of the very first measurement, which has no earlier one to compare with. */
const FIRST_MS = 200;

type Sample = { at: number; cpuMs: number; cores: number; received: number; sent: number };

const text = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);
const GROUP = "/sys/fs/cgroup";

/** Returns the CPU limits of this control group; undefined outside of one with limits. */
async function groupCpu(): Promise<{ cpuMs: number; cores: number } | undefined> {
  const [quota, period] = (await text(`${GROUP}/cpu.max`))?.trim().split(" ") ?? [];
  const used = /usage_usec (\d+)/.exec((await text(`${GROUP}/cpu.stat`)) ?? "")?.[1];
  if (!quota || quota === "max" || !used) return undefined;
  return { cpuMs: Number(used) / 1000, cores: Number(quota) / Number(period) };
}

async function groupMemory(): Promise<number | undefined> {
  const limit = Number(await text(`${GROUP}/memory.max`));
  const current = Number(await text(`${GROUP}/memory.current`));
  if (!(limit > 0) || !(current > 0)) return undefined;
  // Cached files do not count as used memory: the system frees them when memory is needed.
  const cache = Number(/^inactive_file (\d+)/m.exec((await text(`${GROUP}/memory.stat`)) ?? "")?.[1] ?? 0);
  return Math.max(0, current - cache) / limit;
}

async function hostMemory(): Promise<number> {
  const figures = (await text("/proc/meminfo")) ?? "";
  const kB = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(figures)?.[1]);
  const used = 1 - kB("MemAvailable") / kB("MemTotal");
  if (Number.isFinite(used)) return used;
  // This is not Linux, or /proc cannot be read.
  const { mem } = await import("systeminformation");
  const { total, available } = await mem();
  return total > 0 ? 1 - available / total : 0;
}

async function network(): Promise<{ received: number; sent: number }> {
  let received = 0;
  let sent = 0;
  for (const line of ((await text("/proc/net/dev")) ?? "").split("\n").slice(2)) {
    const [name, figures] = line.split(":");
    if (!figures || name!.trim() === "lo") continue;
    const columns = figures.trim().split(/\s+/).map(Number);
    received += columns[0] ?? 0;
    sent += columns[8] ?? 0;
  }
  return { received, sent };
}

async function sample(now: () => number): Promise<Sample> {
  const busy = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const group = await groupCpu();
  return {
    at: now(),
    ...(group ?? { cpuMs: busy, cores: Math.max(1, availableParallelism()) }),
    ...(await network()),
  };
}

export function createMachine(dataDir: string, now: () => number) {
  let known: { at: number; usage: Promise<Usage> } | undefined;
  let before: Sample | undefined;

  async function read(): Promise<Usage> {
    if (!before) {
      before = await sample(now);
      await sleep(FIRST_MS);
    }
    const [after, disk, memory] = await Promise.all([
      sample(now),
      statfs(dataDir),
      groupMemory().then((share) => share ?? hostMemory()),
    ]);
    const ms = Math.max(1, after.at - before.at);
    const rate = (to: number, from: number) => Math.max(0, ((to - from) * 1000) / ms);
    const usage = {
      cpu: Math.min(1, Math.max(0, (after.cpuMs - before.cpuMs) / (ms * after.cores))),
      memory: Math.min(1, memory),
      disk: diskShare(disk),
      networkIn: rate(after.received, before.received),
      networkOut: rate(after.sent, before.sent),
    };
    before = after;
    return usage;
  }

  return {
    usage(): Promise<Usage> {
      if (!known || now() - known.at >= FRESH_MS) {
        const usage = read();
        known = { at: now(), usage };
        usage.catch(() => {
          known = undefined;
        });
      }
      return known.usage;
    },
  };
}

function diskShare({ blocks, bfree, bavail }: { blocks: number; bfree: number; bavail: number }): number {
  const used = blocks - bfree;
  return used + bavail > 0 ? used / (used + bavail) : 0;
}
