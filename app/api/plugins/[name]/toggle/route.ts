import { route } from "@/lib/edge/http";
import { togglePlugin } from "@/lib/operations/plugins/contract";

export const POST = route({
  contract: togglePlugin,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ app: { plugins }, actor, params, body }) {
    const { enabled } = await plugins.setEnabled(actor, params.name, body.enabled);
    return { success: true as const, message: `Plugin ${enabled ? "enabled" : "disabled"} successfully` };
  },
});
