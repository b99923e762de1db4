/** The services of analytics, put together. */
import type { Deps } from "./service.common";
import { createReports } from "./service.report";
import { createSessions } from "./service.sessions";
import { createAnalyticsSettings } from "./service.settings";
import { createTracking } from "./service.track";

export const createAnalyticsService = (deps: Deps) => ({
  ...createReports(deps),
  ...createSessions(deps),
  ...createTracking(deps),
  ...createAnalyticsSettings(deps),
});
