import { getAnalyticsSettings, putAnalyticsSettings } from "@/lib/community/analytics/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getAnalyticsSettings,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ app: { analytics }, actor }) => analytics.settings(actor),
});

export const PUT = route({
  contract: putAnalyticsSettings,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app: { analytics }, actor, body, version }) => analytics.putSettings(actor, body, version),
});
