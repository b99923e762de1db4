import { getAppNotificationSettings, putAppNotificationSettings } from "@/lib/community/notifications/contract.app";
import { appSwitchesOf, changeAppSwitches } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getAppNotificationSettings,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor }) => appSwitchesOf(app, actor),
});

export const PUT = route({
  contract: putAppNotificationSettings,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, body }) => changeAppSwitches(app, actor, body),
});
