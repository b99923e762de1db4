import { listConfigChanges } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listConfigChanges,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { config }, actor, params, query }) => config.history(actor, params.section, query),
});
