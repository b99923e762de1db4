/** Command manifests: service and store wired together, one of each per process. */

import { bus, emit } from "@/lib/core/bus";
import type { BotsRoom } from "@/lib/fleet/bots";
import { createManifestService } from "./service";
import { createManifestStore } from "./store";

/** Builds the room. Call once per process. */
export function createManifests({ bots }: Pick<BotsRoom, "bots">) {
  const service = createManifestService({ store: createManifestStore(), bots, emit });
  // The manifest may have been published in any process.
  bus.on("bot.manifest", ({ bot }) => service.forget(bot.id));
  bus.on("bot.deleted", ({ bot }) => service.forget(bot.id));
  return { manifests: service };
}

export type ManifestsRoom = ReturnType<typeof createManifests>;

export { paramsCheck } from "./params";
export type { CheckBatch } from "./service.checks";
