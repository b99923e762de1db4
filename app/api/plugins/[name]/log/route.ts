import { route } from "@/lib/http";
import { plugins } from "@/lib/plugins";
import { getPluginLog } from "@/lib/plugins/contract";

export const GET = route({
  contract: getPluginLog,
  auth: ["user"],
  permission: "admin",
  feature: "plugins",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, params, query }) => plugins.lines(actor, params.name, query),
});
