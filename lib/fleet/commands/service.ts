/**
 * Rules of the command queue: at-least-once delivery under leases, exactly one outcome on record.
 * Knows nothing of HTTP or sockets.
 */
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { createCommon, type Deps } from "./service.common";
import { createHandout } from "./service.handout";
import { createMany } from "./service.many";
import { createOutcomes } from "./service.outcomes";
import { createSending } from "./service.send";

export function createCommandService(deps: Deps) {
  const common = createCommon(deps);
  const sending = createSending(deps);
  return {
    get: common.read,
    list: common.list,
    ...sending,
    ...createMany(deps, common, sending),
    ...createHandout(deps),
    ...createOutcomes(deps, common),
    /** Removes the commands of a bot being deleted, a slice at a time. */
    async purge(botId: string): Promise<void> {
      while ((await deps.store.purge(botId, 2000)) > 0) await yieldToEventLoop();
    },
  };
}
