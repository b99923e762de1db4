/** The configuration: service and store wired together, one of each per process. */
import { join } from "node:path";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { singleton } from "@/lib/core/singleton";
import { bots } from "@/lib/fleet/bots";
import { type ConfigService, createConfigService } from "./service";
import { createConfigStore } from "./store";

export const config: ConfigService = singleton("config", () => {
  const downloadRoot = env.DOWNLOAD_DIR ?? join(env.DATA_DIR, "downloads");
  const service = createConfigService({ store: createConfigStore(), bots, emit, now, downloadRoot });
  // Changed in whichever process.
  bus.on("config.changed", service.forget);
  return service;
});
