/** Command manifests: service and store wired together, one of each per process. */

import { bus, emit } from "@/lib/core/bus";
import { singleton } from "@/lib/core/singleton";
import { bots } from "@/lib/fleet/bots";
import { createManifestService, type ManifestService } from "./service";
import { createManifestStore } from "./store";

export const manifests: ManifestService = singleton("manifests", () => {
  const service = createManifestService({ store: createManifestStore(), bots, emit });
  // Published in whichever process.
  bus.on("bot.manifest", ({ bot }) => service.forget(bot.id));
  bus.on("bot.deleted", ({ bot }) => service.forget(bot.id));
  return service;
});

export { paramsCheck } from "./params";
export type { CheckBatch } from "./service";
