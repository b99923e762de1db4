/**
 * Rules of plugins: admins enable them, and their processes follow.
 *
 * Processes. Each process of the server runs every enabled plugin and passes it only the facts raised in that process,
 * so that a hook runs once for each fact. State, settings, stored values and log are in the database; statistics are
 * kept by each process.
 */
import { createAudience } from "./audience";
import { createProcesses, type ProcessDeps } from "./processes";
import { createRegistry, type RegistryDeps } from "./registry";
import { createLifeService } from "./service.life";
import { createManageService } from "./service.manage";
import { createReadService } from "./service.read";
import type { PluginStore } from "./store";
import type { PluginLogStore } from "./store.log";
import { createViews } from "./views";

type Deps = Omit<RegistryDeps, "store"> &
  Omit<ProcessDeps, "registry" | "audience"> & { store: PluginStore; lines: Pick<PluginLogStore, "lines"> };

export function createPluginService(deps: Deps) {
  const registry = createRegistry(deps);
  const audience = createAudience();
  const processes = createProcesses({ ...deps, registry, audience });
  const views = createViews({ registry, processes });
  const shared = { ...deps, registry, processes, views };
  return {
    ...createLifeService(shared),
    ...createManageService(shared),
    ...createReadService(shared),
    tell: audience.tell,
    wanted: audience.wanted,
  };
}
export type PluginService = ReturnType<typeof createPluginService>;
