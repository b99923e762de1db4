/**
 * Keeps one plugin's process running without risk to the server: facts wait in a bounded queue, one hook runs at a time
 * and only for a limited time, a process that ended is restarted after a growing pause, and a plugin that keeps failing
 * is disabled.
 */
import { type Clock, iso } from "@/lib/core/clock";
import type { HookName, LogLevel, PluginStats } from "@/lib/operations/plugins/contract";
import type { Runner } from "@/lib/operations/plugins/runner/runner";
import { inTime, type Limits } from "./limits";
import { createHookWork } from "./work";

type Deps = {
  launch(): Runner;
  /** Called once when the plugin has failed too often; the supervisor has stopped by then. */
  onGiveUp(reason: string): void;
  onLog(level: LogLevel, message: string): void;
  now: Clock;
  limits: Limits;
};
type State = "starting" | "running" | "restarting" | "stopped";

/** Counts failures in a row and ends of the process. Each function returns a reason if the plugin must be disabled. */
function createTolerance({ failuresMax, crashesMax, crashSpanMs, pauseMs, pauseMaxMs }: Limits, now: Clock) {
  let failures = 0;
  let crashes: number[] = [];
  return {
    succeed: () => {
      failures = 0;
    },
    fail(message: string, weight: number): string | undefined {
      failures += weight;
      return failures >= failuresMax ? `it failed ${failuresMax} times in a row; the last: ${message}` : undefined;
    },
    crash(message: string): string | undefined {
      const at = now();
      crashes = [...crashes, at].filter((one) => at - one < crashSpanMs);
      return (
        this.fail(message, 2) ??
        (crashes.length >= crashesMax ? `its process ended ${crashes.length} times; the last: ${message}` : undefined)
      );
    },
    /** Milliseconds to wait before the next start. */
    pauseMs: () => Math.min(pauseMaxMs, pauseMs * 2 ** (crashes.length - 1)),
  };
}

export class Supervisor {
  readonly #deps: Deps;
  readonly #tolerance;
  readonly #work;
  #runner: Runner | undefined;
  #state: State = "stopped";
  #pause: NodeJS.Timeout | undefined;
  /** Grows with every begin() and stop(). A start that finds another number was superseded by a later call. */
  #begun = 0;
  #restarts = 0;
  #lastError: PluginStats["last_error"] = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#tolerance = createTolerance(deps.limits, deps.now);
    this.#work = createHookWork({
      ...{ limits: deps.limits, onLog: deps.onLog, onSuccess: this.#tolerance.succeed },
      onFailure: (message) => this.problem(message),
      runner: () => (this.#state === "running" ? this.#runner : undefined),
    });
  }

  get state(): State {
    return this.#state;
  }

  /** Starts the process. @throws Error with the reason if it did not start; the supervisor is then stopped */
  async start(): Promise<void> {
    const { launch, limits } = this.#deps;
    this.#state = "starting";
    const starting = launch();
    this.#runner = starting;
    const late = () => starting.kill(`did not start within ${limits.startMs / 1000} s`);
    try {
      await inTime(starting.ready, limits.startMs, late);
    } catch (error) {
      if (this.#runner === starting) {
        this.#runner = undefined;
        this.#state = "stopped";
      }
      throw error;
    }
    if (this.#runner !== starting) throw new Error("was stopped while it started");
    this.#state = "running";
    void starting.exited.then((reason) => {
      if (this.#runner === starting) this.#crashed(reason);
    });
    void this.#work.pump();
  }

  /** Starts the process in the background. A failed start is retried, until the plugin is disabled. */
  begin(): void {
    const number = ++this.#begun;
    this.start().then(
      () => this.#deps.onLog("info", "Started"),
      (error: Error) => {
        if (number === this.#begun) this.#crashed(error.message);
      },
    );
  }

  /** Ends the process, and drops all waiting facts. */
  async stop(): Promise<void> {
    const ending = this.#runner;
    this.#begun++;
    this.#runner = undefined;
    this.#state = "stopped";
    this.#work.clear();
    clearTimeout(this.#pause);
    this.#pause = undefined;
    await ending?.stop();
  }

  /** Queues a fact (JSON) for the plugin; drops it when too many wait. */
  push(hook: HookName, event: string): void {
    if (this.#state !== "stopped") this.#work.push(hook, event);
  }

  settings(values: Record<string, unknown>): void {
    this.#runner?.settings(values);
  }

  /** Counts a failure of a hook, or one outside a hook. */
  problem(message: string): void {
    this.#note(message);
    this.#giveUp(this.#tolerance.fail(message, 1));
  }

  stats(): PluginStats {
    return { ...this.#work.stats(), restarts: this.#restarts, last_error: this.#lastError };
  }

  #crashed(message: string): void {
    this.#runner = undefined;
    this.#state = "restarting";
    this.#note(message);
    if (this.#giveUp(this.#tolerance.crash(message))) return;
    const ms = this.#tolerance.pauseMs();
    this.#deps.onLog("warning", `Starts again in ${ms / 1000} s`);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#restarts++;
      this.begin();
    }, ms).unref();
  }

  #note(message: string): void {
    this.#lastError = { at: iso(this.#deps.now()), message };
    this.#deps.onLog("error", message);
  }

  #giveUp(reason: string | undefined): boolean {
    if (reason === undefined) return false;
    void this.stop();
    this.#deps.onGiveUp(reason);
    return true;
  }
}
