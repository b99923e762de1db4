/** The services of notifications, put together. */
import { createBroadcasts } from "./broadcasts/service";
import type { Deps } from "./service.common";
import { createInbox } from "./service.inbox";
import { createPreferences } from "./service.preferences";
import { createTelling } from "./service.telling";

export const createNotificationService = (deps: Deps) => ({
  ...createTelling(deps),
  ...createInbox(deps),
  ...createPreferences(deps),
  ...createBroadcasts(deps),
});
