import { route } from "@/lib/edge/http";
import { getPlugin } from "@/lib/operations/plugins/contract";

export const GET = route({
  contract: getPlugin,
  auth: ["user"],
  permission: "admin",
  feature: "plugins",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { plugins }, actor, params }) => ({ plugin: await plugins.get(actor, params.name) }),
});
