import { route } from "@/lib/edge/http";
import { putPluginSettings } from "@/lib/operations/plugins/contract";

export const PUT = route({
  contract: putPluginSettings,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { plugins }, actor, params, body, version }) => ({
    success: true as const,
    plugin: await plugins.putSettings(actor, params.name, body.settings, version),
  }),
});
