import { route } from "@/lib/edge/http";
import { getPluginLog } from "@/lib/operations/plugins/contract";

export const GET = route({
  contract: getPluginLog,
  auth: ["user"],
  permission: "admin",
  feature: "plugins",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { plugins }, actor, params, query }) => plugins.lines(actor, params.name, query),
});
