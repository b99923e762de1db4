import { route } from "@/lib/http";
import { plugins } from "@/lib/plugins";
import { listPlugins } from "@/lib/plugins/contract";

export const GET = route({
  contract: listPlugins,
  auth: ["user"],
  permission: "staff",
  feature: "plugins",
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ actor }) {
    const list = await plugins.list(actor);
    return { plugins: list, count: list.length };
  },
});
