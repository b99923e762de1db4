/**
 * Keeps one plugin's process alive, and the server free of it: facts wait in a bounded queue, one hook runs at a time and
 * only so long, a process that ended is started again after a growing pause, and a plugin that keeps failing is given up.
 */
import { type Clock, iso } from "@/lib/core/clock";
import type { HookName, LogLevel, PluginStats } from "./contract";
import type { Runner } from "./runner";

export const LIMITS = {
  /** A hook that takes longer is taken for hung: its process is ended. */
  hookMs: 10_000,
  startMs: 15_000,
  /** Facts that may wait; further ones are dropped and counted. */
  queueMax: 1_000,
  /** And their length together, as JSON. */
  queueLength: 16_777_216,
  /** Failures in a row after which a plugin is disabled; the end of a process counts as two. */
  failuresMax: 10,
  /** Ends of the process within crashSpanMs after which it is disabled, whatever went well between them. */
  crashesMax: 6,
  crashSpanMs: 600_000,
  /** The first pause before a new start; doubled each time, up to pauseMaxMs. */
  pauseMs: 500,
  pauseMaxMs: 30_000,
};
export type Limits = typeof LIMITS;

type Deps = {
  launch(): Runner;
  /** The server gives up on it. Called once; the supervisor has stopped then. */
  onGiveUp(reason: string): void;
  onLog(level: LogLevel, message: string): void;
  now: Clock;
  limits: Limits;
};
type Count = { calls: number; errors: number; time_ms: number };

export function createSupervisor({ launch, onGiveUp, onLog, now, limits }: Deps) {
  let runner: Runner | undefined;
  let state: "starting" | "running" | "restarting" | "stopped" = "stopped";
  let queue: { hook: HookName; event: string }[] = [];
  let length = 0;
  let pumping = false;
  let failures = 0;
  let crashes: number[] = [];
  let pause: NodeJS.Timeout | undefined;
  /** Grows with every begin() and stop(): who finds another number was overtaken. */
  let begun = 0;
  let dropped = 0;
  let restarts = 0;
  let toldOfDrop = false;
  let lastError: { at: string; message: string } | null = null;
  const counts = new Map<HookName, Count>();

  /**
   * Starts the process.
   * @throws Error why it did not start; the supervisor is stopped then
   */
  async function start(): Promise<void> {
    state = "starting";
    const starting = launch();
    runner = starting;
    try {
      await inTime(starting.ready, limits.startMs, () =>
        starting.kill(`did not start within ${limits.startMs / 1000} s`),
      );
    } catch (error) {
      if (runner === starting) {
        runner = undefined;
        state = "stopped";
      }
      throw error;
    }
    if (runner !== starting) throw new Error("was stopped while it started");
    state = "running";
    void starting.exited.then((why) => {
      if (runner === starting) crashed(why);
    });
    void pump();
  }

  /** For starts that nobody waits for: what fails is tried again, and given up in the end. */
  function begin(): void {
    const mine = ++begun;
    start().then(
      () => onLog("info", "Started"),
      (error: Error) => {
        if (mine === begun) crashed(error.message);
      },
    );
  }

  function crashed(why: string) {
    runner = undefined;
    state = "restarting";
    const at = now();
    crashes = [...crashes, at].filter((one) => at - one < limits.crashSpanMs);
    failed(why, 2);
    // Given up.
    if (state !== "restarting") return;
    if (crashes.length >= limits.crashesMax)
      return giveUp(`its process ended ${crashes.length} times; the last: ${why}`);
    const ms = Math.min(limits.pauseMaxMs, limits.pauseMs * 2 ** (crashes.length - 1));
    onLog("warning", `Starts again in ${ms / 1000} s`);
    pause = setTimeout(() => {
      pause = undefined;
      restarts++;
      begin();
    }, ms).unref();
  }

  function failed(message: string, weight: number): void {
    lastError = { at: iso(now()), message };
    onLog("error", message);
    failures += weight;
    if (failures >= limits.failuresMax) giveUp(`it failed ${limits.failuresMax} times in a row; the last: ${message}`);
  }

  function giveUp(reason: string) {
    void stop();
    onGiveUp(reason);
  }

  async function pump() {
    if (pumping) return;
    pumping = true;
    try {
      while (runner && state === "running" && queue.length > 0) {
        const { hook, event } = queue.shift()!;
        length -= event.length;
        await run(runner, hook, event);
      }
      if (queue.length === 0) toldOfDrop = false;
    } finally {
      pumping = false;
    }
  }

  async function run(on: Runner, hook: HookName, event: string) {
    const count = counts.get(hook) ?? { calls: 0, errors: 0, time_ms: 0 };
    counts.set(hook, count);
    const from = performance.now();
    try {
      const late = () => on.kill(`${hook} took longer than ${limits.hookMs / 1000} s`);
      const { ms, error } = await inTime(on.hook(hook, event), limits.hookMs, late);
      count.time_ms += ms;
      if (error === undefined) failures = 0;
      else {
        count.errors++;
        failed(`${hook}: ${error}`, 1);
      }
    } catch {
      // The process ended: crashed() tells of it.
      count.errors++;
      count.time_ms += performance.now() - from;
    } finally {
      count.calls++;
    }
  }

  /** Ends the process, and all that waits. */
  async function stop(): Promise<void> {
    const ending = runner;
    begun++;
    runner = undefined;
    state = "stopped";
    queue = [];
    length = 0;
    clearTimeout(pause);
    pause = undefined;
    await ending?.stop();
  }

  return {
    start,
    begin,
    stop,
    /** Queues a fact (JSON) for it; drops it when too many wait. */
    push(hook: HookName, event: string): void {
      if (state === "stopped") return;
      if (queue.length >= limits.queueMax || length + event.length > limits.queueLength) {
        dropped++;
        if (!toldOfDrop) onLog("warning", `It is too slow: ${queue.length} facts wait, further ones are dropped`);
        toldOfDrop = true;
        return;
      }
      queue.push({ hook, event });
      length += event.length;
      void pump();
    },
    settings: (values: Record<string, unknown>) => runner?.settings(values),
    /** Something went wrong outside of a hook. */
    problem: (message: string) => failed(message, 1),
    get state() {
      return state;
    },
    stats(): PluginStats {
      const hooks = [...counts].map(([hook, count]) => ({ hook, ...count, time_ms: round(count.time_ms) }));
      const sum = (key: keyof Count) => hooks.reduce((total, one) => total + one[key], 0);
      return {
        calls: sum("calls"),
        errors: sum("errors"),
        time_ms: round(sum("time_ms")),
        queued: queue.length,
        dropped,
        restarts,
        last_error: lastError,
        hooks,
      };
    },
  };
}

export type Supervisor = ReturnType<typeof createSupervisor>;

const round = (ms: number) => Math.round(ms * 10) / 10;

/** `work`, and `late` is called when it takes longer. */
async function inTime<T>(work: Promise<T>, ms: number, late: () => void): Promise<T> {
  const timer = setTimeout(late, ms);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
