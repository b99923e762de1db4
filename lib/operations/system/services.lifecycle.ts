/** Starts and stops the background services of a process: in the order they are registered, and in the opposite one. */
import type { Clock } from "@/lib/core/clock";
import { logger } from "@/lib/core/log/logger";
import type { Service } from "./contract";

type MaybePromise = void | Promise<void>;
type Running = {
  /** Called again after `stop`: it has to begin anew. */
  start: () => MaybePromise;
  /** Resolves when what is under way is done. */
  stop: () => MaybePromise;
  /** A description for people. */
  describe: string;
  /** Whether it is to run at all, as the configuration has it; always when left out. */
  wanted?: () => Promise<boolean>;
};
type Known = Running & { state: Service["state"]; since: number; restarts: number; error: string | null };

type Deps = {
  now: Clock;
  /** A service that does not stop within this time counts as failed; it is not started twice. */
  stopMs: number;
};

/** Changes of one service's state. */
function createCycle({ now, stopMs }: Deps) {
  function set(service: Known, state: Known["state"], error: string | null = null): void {
    Object.assign(service, { state, error, since: now() });
  }

  /** Starts it, if it is to run. */
  async function begin(service: Known): Promise<void> {
    if (service.wanted && !(await service.wanted())) return set(service, "stopped");
    await service.start();
    set(service, "running");
  }

  /** Stops and starts it. @throws what it throws that cannot stop or start; then it has failed */
  async function cycle(service: Known): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it did not stop within ${stopMs / 1000} s`)), stopMs);
    });
    try {
      if (service.state !== "stopped") await Promise.race([service.stop(), late]);
      await begin(service);
      service.restarts++;
    } catch (error) {
      set(service, "failed", (error as Error).message);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  return { set, begin, cycle };
}

export function createLifecycle(deps: Deps) {
  const { set, begin, cycle } = createCycle(deps);
  const known = new Map<string, Known>();
  const restarting = new Map<string, Promise<void>>();
  /** Between startAll and stopAll. */
  let isOpen = false;
  let reviewing = Promise.resolve();

  /** Ends and begins a service of this process. A caller that asks meanwhile shares the restart. */
  function restart(name: string): Promise<void> {
    const underway = restarting.get(name) ?? cycle(known.get(name)!).finally(() => restarting.delete(name));
    restarting.set(name, underway);
    return underway;
  }

  async function look(): Promise<void> {
    for (const [name, service] of known) {
      if (!service.wanted) continue;
      await restarting.get(name)?.catch(() => {});
      try {
        const differs = (await service.wanted()) !== (service.state === "running");
        if (isOpen && differs) await restart(name);
      } catch (error) {
        logger.error({ err: error, service: name }, "a service could not be switched on or off");
      }
    }
  }

  return {
    known: known as ReadonlyMap<string, Readonly<Known>>,
    isOpen: () => isOpen,
    restart,

    register(name: string, running: Running): void {
      known.set(name, { ...running, state: "stopped", since: deps.now(), restarts: 0, error: null });
    },

    /** @throws what a service throws that cannot start */
    async startAll(): Promise<void> {
      isOpen = true;
      for (const service of known.values()) await begin(service);
    },

    /** Starts and stops services after the configuration changed. Reviews run one after the other. */
    review(): Promise<void> {
      reviewing = reviewing.then(look);
      return reviewing;
    },

    /** Last begun, first ended. One that fails to end does not keep the others. */
    async stopAll(): Promise<void> {
      isOpen = false;
      await reviewing;
      for (const [name, service] of [...known].reverse()) {
        await restarting.get(name)?.catch(() => {});
        if (service.state === "stopped") continue;
        try {
          await service.stop();
        } catch (error) {
          logger.error({ err: error, service: name }, "a service did not end well");
        }
        set(service, "stopped");
      }
    },
  };
}
