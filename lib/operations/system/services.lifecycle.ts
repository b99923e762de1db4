/**
 * Starts the background services of a process in the order in which they are registered, and stops them in reverse
 * order.
 */
import type { Clock } from "@/lib/core/clock";
import { logger } from "@/lib/core/log/logger";
import type { Service } from "./contract";

type MaybePromise = void | Promise<void>;
type Running = {
  /** Starts the service. It is called again after `stop`, and then has to start from the beginning. */
  start: () => MaybePromise;
  /** Stops the service. Resolves when its current work is done. */
  stop: () => MaybePromise;
  /** A description for people. */
  describe: string;
  /** Returns whether the configuration wants the service to run. Without this function it always runs. */
  wanted?: () => Promise<boolean>;
};
type Known = Running & { state: Service["state"]; since: number; restarts: number; error: string | null };

type Deps = {
  now: Clock;
  /** A service that does not stop within this time counts as failed, and is not started a second time. */
  stopMs: number;
};

/** Changes of one service's state. */
function createCycle({ now, stopMs }: Deps) {
  function set(service: Known, state: Known["state"], error: string | null = null): void {
    Object.assign(service, { state, error, since: now() });
  }

  /** Starts the service if the configuration wants it. */
  async function begin(service: Known): Promise<void> {
    if (service.wanted && !(await service.wanted())) return set(service, "stopped");
    await service.start();
    set(service, "running");
  }

  /**
   * Stops and starts the service. @throws the error of a service that cannot stop or start; the service then counts as
   * failed
   */
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
  /** True between startAll and stopAll. */
  let isOpen = false;
  let reviewing = Promise.resolve();

  /** Restarts a service of this process. A caller that asks during a restart waits for the same restart. */
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

    /** @throws the error of a service that cannot start */
    async startAll(): Promise<void> {
      isOpen = true;
      for (const service of known.values()) if (service.state !== "running") await begin(service);
    },

    /** Starts and stops services after the configuration changed. Reviews run one after the other. */
    review(): Promise<void> {
      reviewing = reviewing.then(look);
      return reviewing;
    },

    /**
     * Stops the services in reverse order. A service that fails to stop does not prevent the others from stopping.
     *
     * @param except names of services that keep running
     */
    async stopAll(except: readonly string[] = []): Promise<void> {
      isOpen = false;
      await reviewing;
      for (const [name, service] of [...known].reverse()) {
        await restarting.get(name)?.catch(() => {});
        if (service.state === "stopped" || except.includes(name)) continue;
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
