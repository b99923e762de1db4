import { route } from "@/lib/edge/http";
import { reloadNamedCog } from "@/lib/operations/plugins/contract.cogs";

export const POST = route({
  contract: reloadNamedCog,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  async handle({ app: { plugins }, actor, params }) {
    const { name, enabled } = await plugins.reload(actor, params.name);
    return { success: true as const, message: `Cog ${name} reloaded`, cog: { name, loaded: enabled } };
  },
});
