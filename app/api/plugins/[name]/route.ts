import { route } from "@/lib/http";
import { plugins } from "@/lib/plugins";
import { getPlugin } from "@/lib/plugins/contract";

export const GET = route({
  contract: getPlugin,
  auth: ["user"],
  permission: "admin",
  feature: "plugins",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params }) => ({ plugin: await plugins.get(actor, params.name) }),
});
