import { config } from "@/lib/core/settings";
import { sectionHistory } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: sectionHistory,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor, params, query }) => config.history(actor, params.section, query),
});
