import { route } from "@/lib/edge/http";
import { loadNamedCog } from "@/lib/operations/plugins/contract.cogs";

export const POST = route({
  contract: loadNamedCog,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  async handle({ app: { plugins }, actor, params }) {
    const { name, enabled } = await plugins.setEnabled(actor, params.name, true);
    return { success: true as const, message: `Cog ${name} loaded`, cog: { name, loaded: enabled } };
  },
});
