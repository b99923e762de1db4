/** Changes that admins make to plugins. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import type { Plugin, PluginDetail, PluginManifest } from "./contract";
import type { PluginLog } from "./log";
import type { Processes } from "./processes";
import type { Registry } from "./registry";
import { effective, recorded, replaced, shown } from "./settings";
import type { PluginStore } from "./store";
import type { Views } from "./views";

type Deps = {
  registry: Registry;
  processes: Processes;
  views: Views;
  store: Pick<PluginStore, "find" | "saveSettings">;
  log: PluginLog;
  emit: Emit;
};
type Json = Record<string, unknown>;

/** The most plugins that may be enabled at once, because each is a process. */
const ENABLED_MAX = 32;

/**
 * Stores new settings. Omitted secrets keep their stored values. Reading and writing are one step, so that a change of
 * another process is not lost.
 */
async function storeSettings(
  store: Deps["store"],
  { name, settings: schema }: PluginManifest,
  given: Json,
  by: { user_id: number; edited?: number },
): Promise<Json> {
  for (;;) {
    const row = await store.find(name);
    const version = row?.settings_version ?? 0;
    if (by.edited !== undefined && version !== by.edited) {
      const value = shown(schema, row?.settings ?? {}).settings;
      throw staleUpdate("The plugin's settings", { version, value }, by.edited, shown(schema, given).settings);
    }
    const settings = replaced(schema, row?.settings ?? {}, given);
    const target = { type: "plugin", id: name, name };
    describeAct({ target, ...recorded(schema, row?.settings ?? {}, settings) });
    if (await store.saveSettings(name, settings, by.user_id, version)) return settings;
  }
}

export function createManageService({ registry, processes, views, store, log, emit }: Deps) {
  async function enable(name: string, was: boolean): Promise<void> {
    if (was && processes.find(name)?.state === "running") return;
    if (!was && registry.enabled().length >= ENABLED_MAX)
      throw new AppError(
        "CONFLICT",
        `At most ${ENABLED_MAX} plugins can be enabled at the same time: disable one first`,
      );
    await processes.launch(name);
  }

  async function disable(name: string, was: boolean): Promise<void> {
    await processes.halt(name);
    if (was) log.add(name, "info", "Stopped");
  }

  return {
    /**
     * Starts or stops a plugin. The choice is kept over restarts.
     *
     * @throws AppError NOT_FOUND     there is no such plugin
     * @throws AppError CONFLICT      the plugin cannot be started, or too many are enabled
     * @throws AppError INVALID_INPUT a required setting is missing
     */
    async setEnabled(actor: Actor, name: string, enabled: boolean): Promise<Plugin> {
      const { user_id } = asAdmin(actor, "admin");
      return registry.inTurn(name, async () => {
        await registry.known(name);
        const was = registry.row(name)?.enabled ?? false;
        describeAct({ target: { type: "plugin", id: name, name }, before: { enabled: was }, after: { enabled } });
        await (enabled ? enable(name, was) : disable(name, was));
        if (was !== enabled || registry.row(name)?.disabled_reason) {
          await registry.save(name, { enabled, disabled_reason: null, changed_by: user_id });
          emit("plugin.changed", { name, change: enabled ? "enabled" : "disabled", by: user_id });
        }
        return views.plugin(name);
      });
    },

    /**
     * Starts a new process with the present files. If they cannot be used, the old process continues.
     * @throws AppError NOT_FOUND; CONFLICT the plugin is not enabled, or cannot be started
     */
    async reload(actor: Actor, name: string): Promise<Plugin> {
      const { user_id } = asAdmin(actor, "admin");
      return registry.inTurn(name, async () => {
        await registry.known(name);
        if (!registry.row(name)?.enabled) throw new AppError("CONFLICT", `${name} is not loaded: load it first`);
        await processes.launch(name);
        emit("plugin.changed", { name, change: "reloaded", by: user_id });
        return views.plugin(name);
      });
    },

    /**
     * Replaces the settings; a running plugin gets them at once.
     *
     * @param edited  the version on which the change is based; the change is refused if another version is stored
     * @throws AppError NOT_FOUND, INVALID_INPUT; CONFLICT when the plugin is broken, or another version is stored
     */
    async putSettings(actor: Actor, name: string, given: Json, edited?: number): Promise<PluginDetail> {
      const { user_id } = asAdmin(actor, "admin");
      return registry.inTurn(name, async () => {
        const { manifest, problem } = await registry.known(name);
        if (!manifest) throw new AppError("CONFLICT", `${name} is broken: ${problem}`);
        const settings = await storeSettings(store, manifest, given, { user_id, edited });
        await registry.reread(name);
        processes.find(name)?.settings(effective(manifest.settings, settings));
        emit("plugin.changed", { name, change: "settings", by: user_id });
        return views.detail(name);
      });
    },
  };
}
