/** The facts that wait for a plugin, in a bounded queue, and the statistics of its hooks, which run one at a time. */
import type { HookName, LogLevel, PluginStats } from "@/lib/operations/plugins/contract";
import type { Runner } from "@/lib/operations/plugins/runner/runner";
import { inTime, type Limits } from "./limits";

type Deps = {
  limits: Limits;
  /** The process, while it runs. */
  runner(): Runner | undefined;
  onLog(level: LogLevel, message: string): void;
  onSuccess(): void;
  onFailure(message: string): void;
};
type Count = { calls: number; errors: number; time_ms: number };

const round = (ms: number) => Math.round(ms * 10) / 10;

function statsOf(counts: ReadonlyMap<HookName, Count>) {
  const hooks = [...counts].map(([hook, count]) => ({ hook, ...count, time_ms: round(count.time_ms) }));
  const sum = (key: keyof Count) => hooks.reduce((total, one) => total + one[key], 0);
  return { calls: sum("calls"), errors: sum("errors"), time_ms: round(sum("time_ms")), hooks };
}

export function createHookWork({ limits, runner, onLog, onSuccess, onFailure }: Deps) {
  let queue: { hook: HookName; event: string }[] = [];
  let length = 0;
  let isPumping = false;
  let dropped = 0;
  let hasWarned = false;
  const counts = new Map<HookName, Count>();

  async function run(on: Runner, hook: HookName, event: string): Promise<void> {
    const count = counts.get(hook) ?? { calls: 0, errors: 0, time_ms: 0 };
    counts.set(hook, count);
    const from = performance.now();
    try {
      const late = () => on.kill(`${hook} took longer than ${limits.hookMs / 1000} s`);
      const { ms, error } = await inTime(on.hook(hook, event), limits.hookMs, late);
      count.time_ms += ms;
      if (error === undefined) return onSuccess();
      count.errors++;
      onFailure(`${hook}: ${error}`);
    } catch {
      // The process ended; its supervisor reports that.
      count.errors++;
      count.time_ms += performance.now() - from;
    } finally {
      count.calls++;
    }
  }

  /** Runs the hooks of waiting facts, while the process runs. */
  async function pump(): Promise<void> {
    if (isPumping) return;
    isPumping = true;
    try {
      for (let on = runner(); on && queue.length > 0; on = runner()) {
        const { hook, event } = queue.shift()!;
        length -= event.length;
        await run(on, hook, event);
      }
      if (queue.length === 0) hasWarned = false;
    } finally {
      isPumping = false;
    }
  }

  return {
    pump,
    /** Queues a fact (JSON) for the plugin; drops it when too many wait. */
    push(hook: HookName, event: string): void {
      if (queue.length >= limits.queueMax || length + event.length > limits.queueLength) {
        dropped++;
        if (!hasWarned) onLog("warning", `It is too slow: ${queue.length} facts wait, further ones are dropped`);
        hasWarned = true;
        return;
      }
      queue.push({ hook, event });
      length += event.length;
      void pump();
    },
    clear(): void {
      queue = [];
      length = 0;
    },
    stats: (): Omit<PluginStats, "restarts" | "last_error"> => ({ ...statsOf(counts), queued: queue.length, dropped }),
  };
}
