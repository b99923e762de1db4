import { route } from "@/lib/edge/http";
import { unloadCog } from "@/lib/operations/plugins/contract.cogs";

export const POST = route({
  contract: unloadCog,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  async handle({ app: { plugins }, actor, body }) {
    const { name, enabled } = await plugins.setEnabled(actor, body.cog_name, false);
    return { success: true as const, message: `Cog ${name} unloaded`, cog: { name, loaded: enabled } };
  },
});
