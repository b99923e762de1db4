/** The configuration: service and store wired together, one of each per process. */
import { join } from "node:path";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { createConfigService } from "./service";
import { createConfigStore } from "./store";

type Deps = Pick<Parameters<typeof createConfigService>[0], "bots" | "isAdmin">;

/** Builds the room. Call once per process. */
export function createSettings({ bots, isAdmin }: Deps) {
  const downloadRoot = env.DOWNLOAD_DIR ?? join(env.DATA_DIR, "downloads");
  const service = createConfigService({ store: createConfigStore(), bots, isAdmin, emit, now, downloadRoot });
  // Changed in whichever process.
  bus.on("config.changed", service.forget);
  return { config: service };
}

export type SettingsRoom = ReturnType<typeof createSettings>;
