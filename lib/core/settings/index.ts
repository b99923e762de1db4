/** The configuration: service and store wired together, one of each per process. */
import { join } from "node:path";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { guildId } from "@/lib/core/guild";
import { createConfigService } from "./service";
import { createConfigStore } from "./store";

type Deps = Pick<Parameters<typeof createConfigService>[0], "bots" | "isAdmin" | "hasSecondFactor">;

/** Builds the room. Call once per process. */
export function createSettings({ bots, isAdmin, hasSecondFactor }: Deps) {
  const downloadRoot = env.DOWNLOAD_DIR ?? join(env.DATA_DIR, "downloads");
  const service = createConfigService({
    ...{
      store: createConfigStore(),
      bots,
      isAdmin,
      hasSecondFactor,
      emit,
      now,
      downloadRoot,
      guildId,
    },
  });
  // Changed in whichever process.
  bus.on("config.changed", service.forget);
  return { config: service };
}

export type SettingsRoom = ReturnType<typeof createSettings>;
