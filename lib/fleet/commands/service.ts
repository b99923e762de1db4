/**
 * Rules of the command queue: commands are delivered at least once under leases, and each has exactly one outcome.
 * This code does not depend on HTTP or sockets.
 */
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { createMoving } from "./handout/service.moved";
import { createPolling } from "./handout/service.poll";
import { createPushing } from "./handout/service.push";
import { createAcknowledging } from "./outcome/service.ack";
import { createClearing } from "./outcome/service.clear";
import { createFailing } from "./outcome/service.fail";
import { createSending } from "./send/service";
import { createMany } from "./send/service.many";
import type { Deps } from "./service.deps";
import { createReads } from "./service.read";

/** Commands of a deleted bot that are removed at once, in less than 10 ms. */
const PURGED = 400;

export function createCommandService(deps: Deps) {
  const reads = createReads(deps);
  const sending = createSending(deps);
  const pushing = createPushing(deps);
  return {
    get: reads.get,
    page: reads.page,
    list: reads.list,
    ...sending,
    ...createMany(deps, reads, sending),
    ...pushing,
    ...createMoving(deps),
    ...createPolling(deps, pushing),
    ...createAcknowledging(deps, reads),
    ...createFailing(deps, reads),
    ...createClearing(deps),
    /** Removes a slice of old commands; see store.retention.ts. */
    removeSettled: deps.store.removeSettled,
    /** Removes the commands of a bot being deleted, a slice at a time. */
    async purge(botId: string): Promise<void> {
      while ((await deps.store.purge(botId, PURGED)) > 0) await yieldToEventLoop();
    },
  };
}
