import { config } from "@/lib/config";
import { sectionHistory } from "@/lib/config/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: sectionHistory,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor, params, query }) => config.history(actor, params.section, query),
});
