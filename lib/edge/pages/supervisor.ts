/** Keeps the pages' process running: starts it when it is needed, and again after a growing pause when it ended by itself. */
import type { Clock } from "@/lib/core/clock";
import type { PagesProcess } from "./launch";

type Deps = {
  launch(): PagesProcess;
  hasPages(): boolean;
  /** Waits for the first request for a page. */
  isLazy?: boolean;
  log: {
    info(fields: object, text: string): void;
    warn(fields: object, text: string): void;
  };
  now: Clock;
  limits?: typeof LIMITS;
};

export const LIMITS = {
  /** Next takes more CPU than the rest of a start together, so that it waits until connected bots are served. */
  firstMs: 500,
  /** The first pause before a restart. It doubles each time, up to pauseMaxMs. */
  pauseMs: 500,
  pauseMaxMs: 30_000,
  /** After running for this long, a process counts as sound. */
  soundMs: 60_000,
};

/** Why no page can be rendered: how many seconds to wait before another try. */
export type Absence = { retryAfter: number };

export function createSupervisor({ launch, hasPages, isLazy = false, log, now, limits = LIMITS }: Deps) {
  let current: PagesProcess | undefined;
  let isWanted = false;
  let failures = 0;
  /** Why the last process ended, until another one is ready. */
  let problem: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryAt = 0;

  function begin(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!isWanted || current || !hasPages()) return;
    const begun = now();
    const child = launch();
    current = child;
    child.ready.then(
      () => {
        problem = undefined;
        log.info({ pid: child.pid }, "The console is ready");
      },
      () => {},
    );
    void child.exited.then((reason) => {
      if (current === child) restartLater(reason, now() - begun);
    });
  }

  function restartLater(reason: string, ranMs: number): void {
    current = undefined;
    problem = reason;
    failures = ranMs < limits.soundMs ? failures + 1 : 1;
    const pause = Math.min(limits.pauseMaxMs, limits.pauseMs * 2 ** (failures - 1));
    retryAt = now() + pause;
    log.warn({ reason, restart_in_ms: pause }, "the process of the pages ended");
    timer = setTimeout(begin, pause).unref();
  }

  return {
    /** Starts the process a moment later, or allows the first request to start it. */
    start(): void {
      isWanted = true;
      if (!isLazy) timer ??= setTimeout(begin, limits.firstMs).unref();
    },

    /** Ends the process, after the pages that it renders. */
    async stop(): Promise<void> {
      isWanted = false;
      clearTimeout(timer);
      timer = undefined;
      const child = current;
      current = undefined;
      failures = 0;
      problem = undefined;
      await child?.stop();
    },

    /** Waits for a process that is starting. @returns why there is none, or undefined when pages are answered */
    async absence(): Promise<Absence | undefined> {
      if (!problem) begin();
      if (!current) return { retryAfter: Math.max(1, Math.ceil((retryAt - now()) / 1000)) };
      return current.ready.then(
        () => undefined,
        () => ({ retryAfter: 1 }),
      );
    },

    /** The state for people: why pages are not rendered, or undefined when nothing is wrong. */
    problem: () => problem,
    pid: () => current?.pid,
  };
}
