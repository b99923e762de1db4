/**
 * Rules of the command queue: at-least-once delivery under leases, exactly one outcome on record.
 * Knows nothing of HTTP or sockets.
 */
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { createAcknowledging } from "./service.ack";
import { createClearing } from "./service.clear";
import type { Deps } from "./service.deps";
import { createFailing } from "./service.fail";
import { createMany } from "./service.many";
import { createPolling } from "./service.poll";
import { createPushing } from "./service.push";
import { createReads } from "./service.read";
import { createSending } from "./service.send";

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
    ...createPolling(deps, pushing),
    ...createAcknowledging(deps, reads),
    ...createFailing(deps, reads),
    ...createClearing(deps),
    /** Removes a slice of old commands; see store.retention.ts. */
    removeSettled: deps.store.removeSettled,
    /** Removes the commands of a bot being deleted, a slice at a time. */
    async purge(botId: string): Promise<void> {
      while ((await deps.store.purge(botId, 2000)) > 0) await yieldToEventLoop();
    },
  };
}
