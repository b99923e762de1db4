import { route } from "@/lib/edge/http";
import { rescanPlugins } from "@/lib/operations/plugins/contract";

export const POST = route({
  contract: rescanPlugins,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "plugins",
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ app: { plugins }, actor }) {
    const list = await plugins.rescan(actor);
    return { success: true as const, plugins: list, count: list.length };
  },
});
