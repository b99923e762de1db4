import { route } from "@/lib/edge/http";
import { loadCog } from "@/lib/operations/plugins/contract.cogs";

export const POST = route({
  contract: loadCog,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  async handle({ app: { plugins }, actor, body }) {
    const { name, enabled } = await plugins.setEnabled(actor, body.cog_name, true);
    return { success: true as const, message: `Cog ${name} loaded`, cog: { name, loaded: enabled } };
  },
});
