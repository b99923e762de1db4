import { route } from "@/lib/edge/http";
import { listPlugins } from "@/lib/operations/plugins/contract";

export const GET = route({
  contract: listPlugins,
  auth: ["user"],
  permission: "staff",
  feature: "plugins",
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ app: { plugins }, actor }) {
    const list = await plugins.list(actor);
    return { plugins: list, count: list.length };
  },
});
