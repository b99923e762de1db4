/** Alerts as people, plugins and the edge use them. */
import { createChanging } from "./service.change";
import type { Deps } from "./service.common";
import { createAlertReading } from "./service.read";
import { createTriggering } from "./service.trigger";

export const createAlertService = (deps: Deps) => ({
  ...createAlertReading(deps),
  ...createTriggering(deps),
  ...createChanging(deps),
});
