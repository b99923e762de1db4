/** Builds the form in which plugins are shown. */
import type { Plugin, PluginDetail, PluginStats } from "./contract";
import type { Found } from "./manifest";
import type { Processes } from "./processes";
import type { Registry } from "./registry";
import { shown } from "./settings";
import type { PluginRow } from "./store";
import type { Supervisor } from "./supervisor/supervisor";

const NO_STATS: PluginStats = {
  calls: 0,
  errors: 0,
  time_ms: 0,
  queued: 0,
  dropped: 0,
  restarts: 0,
  last_error: null,
  hooks: [],
};

/** @param trouble the reason why an enabled plugin does not run in this process */
function viewOf(
  { name, manifest, problem }: Found,
  row: PluginRow | undefined,
  supervisor: Supervisor | undefined,
  trouble: string | undefined,
): Plugin {
  const enabled = row?.enabled ?? false;
  const its = supervisor?.state ?? "stopped";
  const stands = enabled && its === "stopped";
  return {
    name,
    version: manifest?.version ?? "",
    enabled,
    description: manifest?.description ?? "",
    author: manifest?.author ?? "",
    hooks: manifest?.hooks ?? [],
    permissions: manifest?.permissions ?? [],
    state: !manifest || stands ? "broken" : enabled && its !== "stopped" ? its : "disabled",
    problem: problem ?? row?.disabled_reason ?? (stands ? (trouble ?? "It does not run: reload it") : null),
    stats: supervisor?.stats() ?? NO_STATS,
  };
}

/** Fields shown only on the plugin's own page. */
function settingsViewOf({ manifest }: Found, row: PluginRow | undefined): Omit<PluginDetail, keyof Plugin> {
  const schema = manifest?.settings ?? { type: "object" };
  return {
    muster: manifest?.muster ?? "",
    settings_schema: schema,
    ...shown(schema, row?.settings ?? {}),
    settings_version: row?.settings_version ?? 0,
    changed_by: row?.changed_by ?? null,
    changed_at: row?.changed_at ?? null,
  };
}

/** Plugins by name, as they are now. */
export function createViews({ registry, processes }: { registry: Registry; processes: Processes }) {
  const plugin = (name: string): Plugin =>
    viewOf(registry.find(name)!, registry.row(name), processes.find(name), processes.trouble(name));
  return {
    plugin,
    detail: (name: string): PluginDetail => ({
      ...plugin(name),
      ...settingsViewOf(registry.find(name)!, registry.row(name)),
    }),
  };
}
export type Views = ReturnType<typeof createViews>;
