import { route } from "@/lib/http";
import { plugins } from "@/lib/plugins";
import { unloadCog } from "@/lib/plugins/contract";

export const POST = route({
  contract: unloadCog,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  async handle({ actor, body }) {
    const { name, enabled } = await plugins.setEnabled(actor, body.cog_name, false);
    return { success: true as const, message: `Cog ${name} unloaded`, cog: { name, loaded: enabled } };
  },
});
