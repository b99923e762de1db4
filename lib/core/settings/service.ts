/** Rules of the configuration: who may read and change it, and which changes can be reverted. */
import { createConfigChanges } from "./service.change";
import { createCurrentConfig } from "./service.current";
import { createConfigReader } from "./service.read";
import type { ConfigDeps } from "./service.types";

export function createConfigService(deps: ConfigDeps) {
  const { load, ...current } = createCurrentConfig(deps);
  return {
    ...current,
    ...createConfigReader(deps, { load }),
    ...createConfigChanges({ ...deps, load, forget: current.forget }),
  };
}
