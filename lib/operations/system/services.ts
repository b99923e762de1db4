/**
 * The server's background services, each of which can be restarted alone. A restart is requested from every process
 * (fact `service.restart`), because all of them run the same services.
 */
import { type Actor, asAdmin } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { logger } from "@/lib/core/log/logger";
import type { Service } from "./contract";
import { createLifecycle } from "./services.lifecycle";

const STOP_MS = 15_000;

export function createServices({ emit, now, stopMs = STOP_MS }: { emit: Emit; now: Clock; stopMs?: number }) {
  const { known, isOpen, restart, ...lifecycle } = createLifecycle({ now, stopMs });

  return {
    ...lifecycle,

    /** Lists the states of the services that are to run, for the monitoring of this process. */
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
     * Resolves when the service runs again, or with `success: false` when it did not start.
     *
     * @throws AppError UNAUTHORIZED, FORBIDDEN unless an admin asks
     * @throws AppError NOT_FOUND naming the services that exist
     */
    async restart(actor: Actor, name: string): Promise<{ success: boolean; message: string }> {
      const { username } = asAdmin(actor, "admin");
      if (!known.has(name)) {
        const names = [...known.keys()].join(", ");
        throw new AppError("NOT_FOUND", `There is no service "${cutText(name, 64, "")}"; there are: ${names}`);
      }
      if (!isOpen())
        return { success: false, message: "No service is restarted while the server stops or is restored" };
      logger.info({ service: name, by: username }, "a service is restarted");
      emit("service.restart", { name });
      try {
        await restart(name);
      } catch (error) {
        logger.error({ err: error, service: name }, "a service could not be restarted");
        return { success: false, message: `Service ${name} could not be restarted; the server's log says why` };
      }
      if (known.get(name)?.state === "stopped")
        return { success: false, message: `Service ${name} is turned off (settings: features)` };
      return { success: true, message: `Service ${name} restarted successfully` };
    },

    /** Restarts a service here because another process received the request. */
    follow(name: string): void {
      if (isOpen() && known.has(name))
        restart(name).catch((error) => logger.error({ err: error, service: name }, "not restarted"));
    },
  };
}
