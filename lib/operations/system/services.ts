/**
 * The server's background services: started in the order they are registered, stopped in the opposite one, and each
 * restartable by itself. A restart is asked of every process (fact `service.restart`): all run the same services.
 */
import { type Actor, asAdmin } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
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

/** A service that does not stop within this time is told of as failed; it is not started twice. */
const STOP_MS = 15_000;

export function createServices({ emit, now, stopMs = STOP_MS }: { emit: Emit; now: Clock; stopMs?: number }) {
  const known = new Map<string, Known>();
  const restarting = new Map<string, Promise<void>>();
  /** Between startAll and stopAll. */
  let open = false;
  let reviewing = Promise.resolve();

  function set(service: Known, state: Known["state"], error: string | null = null) {
    Object.assign(service, { state, error, since: now() });
  }

  /** Starts it, if it is to run. */
  async function begin(service: Known): Promise<void> {
    if (service.wanted && !(await service.wanted())) return set(service, "stopped");
    await service.start();
    set(service, "running");
  }

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

  async function look(): Promise<void> {
    for (const [name, service] of known) {
      if (!service.wanted) continue;
      await restarting.get(name)?.catch(() => {});
      try {
        const differs = (await service.wanted()) !== (service.state === "running");
        if (open && differs) await again(name);
      } catch (error) {
        logger.error({ err: error, service: name }, "a service could not be switched on or off");
      }
    }
  }

  /** Ends and begins a service of this process; who asks meanwhile shares the restart. */
  function again(name: string): Promise<void> {
    const under = restarting.get(name) ?? cycle(known.get(name)!).finally(() => restarting.delete(name));
    restarting.set(name, under);
    return under;
  }

  return {
    register(name: string, running: Running): void {
      known.set(name, { ...running, state: "stopped", since: now(), restarts: 0, error: null });
    },

    /** @throws what a service throws that cannot start */
    async startAll(): Promise<void> {
      open = true;
      for (const service of known.values()) await begin(service);
    },

    /** After the configuration changed: what is to run begins, what is not ends. One look follows the other. */
    review(): Promise<void> {
      reviewing = reviewing.then(look);
      return reviewing;
    },

    /** Last begun, first ended. One that fails to end does not keep the others. */
    async stopAll(): Promise<void> {
      open = false;
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

    /** For the monitoring of this process: of those that are to run. */
    states: () =>
      [...known]
        .filter(([, { state }]) => state !== "stopped")
        .map(([name, { state }]) => ({ name, up: state === "running" })),

    /** @throws AppError UNAUTHORIZED, FORBIDDEN unless an admin asks */
    list(actor: Actor): Service[] {
      asAdmin(actor);
      return [...known].map(([name, { describe, state, since, restarts, error }]) => ({
        ...{ name, description: describe, state, since: iso(since), restarts, error },
      }));
    },

    /**
     * Answers when it runs again, or with `success: false` when it did not begin again.
     *
     * @throws AppError UNAUTHORIZED, FORBIDDEN unless an admin asks
     * @throws AppError NOT_FOUND naming what there is
     */
    async restart(actor: Actor, name: string): Promise<{ success: boolean; message: string }> {
      const { username } = asAdmin(actor, "admin");
      if (!known.has(name)) {
        const names = [...known.keys()].join(", ");
        throw new AppError("NOT_FOUND", `There is no service "${cutText(name, 64, "")}"; there are: ${names}`);
      }
      if (!open) return { success: false, message: "No service is restarted while the server stops or is restored" };
      logger.info({ service: name, by: username }, "a service is restarted");
      emit("service.restart", { name });
      try {
        await again(name);
      } catch (error) {
        logger.error({ err: error, service: name }, "a service could not be restarted");
        return { success: false, message: `Service ${name} could not be restarted; the server's log says why` };
      }
      if (known.get(name)?.state === "stopped")
        return { success: false, message: `Service ${name} is turned off (settings: features)` };
      return { success: true, message: `Service ${name} restarted successfully` };
    },

    /** Follows a restart that another process was asked for. */
    follow(name: string): void {
      if (open && known.has(name))
        again(name).catch((error) => logger.error({ err: error, service: name }, "not restarted"));
    },
  };
}
