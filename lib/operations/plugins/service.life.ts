/** Starts and stops the plugins with the server, and applies changes made by other processes. */
import type { PluginLog } from "./log";
import type { Processes } from "./processes";
import type { Registry } from "./registry";
import { effective } from "./settings";
import type { PluginStore } from "./store";

type Deps = { registry: Registry; processes: Processes; store: Pick<PluginStore, "all">; log: PluginLog };

export function createLifeService({ registry, processes, store, log }: Deps) {
  /** Applies a change that another process made. */
  function follow(name: string, change: "enabled" | "disabled" | "reloaded" | "settings"): Promise<void> {
    return registry.inTurn(name, async () => {
      const row = await registry.reread(name);
      if (!registry.find(name)) await registry.scan();
      const manifest = registry.find(name)?.manifest;
      if (!row?.enabled) return processes.halt(name);
      if (change === "settings" && manifest) processes.find(name)?.settings(effective(manifest.settings, row.settings));
      // The plugin's log already holds the error.
      else await processes.launch(name).catch(() => {});
    });
  }

  return {
    follow,

    /** Reads folders and state, and starts the enabled plugins without waiting for them. */
    async start(): Promise<void> {
      await registry.scan();
      for (const name of registry.enabled()) {
        const one = registry.find(name);
        if (one?.manifest) processes.begin(one);
      }
    },

    async stop(): Promise<void> {
      await processes.stop();
      await log.flush();
    },

    /** Applies the state in the database, because changes of other processes may have been missed. */
    async catchUp(): Promise<void> {
      for (const { name, enabled } of await store.all()) {
        const runs = (processes.find(name)?.state ?? "stopped") !== "stopped";
        if (enabled !== runs) await follow(name, enabled ? "enabled" : "disabled");
        else if (enabled) await follow(name, "settings");
      }
    },
  };
}
