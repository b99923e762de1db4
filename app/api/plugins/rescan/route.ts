import { route } from "@/lib/http";
import { plugins } from "@/lib/plugins";
import { rescanPlugins } from "@/lib/plugins/contract";

export const POST = route({
  contract: rescanPlugins,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ actor }) {
    const list = await plugins.rescan(actor);
    return { success: true as const, plugins: list, count: list.length };
  },
});
