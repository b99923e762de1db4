import { route } from "@/lib/edge/http";
import { unloadNamedCog } from "@/lib/operations/plugins/contract.cogs";

export const POST = route({
  contract: unloadNamedCog,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  async handle({ app: { plugins }, actor, params }) {
    const { name, enabled } = await plugins.setEnabled(actor, params.name, false);
    return { success: true as const, message: `Cog ${name} unloaded`, cog: { name, loaded: enabled } };
  },
});
