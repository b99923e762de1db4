import { route } from "@/lib/edge/http";
import { reloadCog } from "@/lib/operations/plugins/contract.cogs";

export const POST = route({
  contract: reloadCog,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  async handle({ app: { plugins }, actor, body }) {
    const { name, enabled } = await plugins.reload(actor, body.cog_name);
    return { success: true as const, message: `Cog ${name} reloaded`, cog: { name, loaded: enabled } };
  },
});
