import { listAppErrors } from "@/lib/community/social/contract.hub";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listAppErrors,
  auth: ["user"],
  permission: "admin",
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, query }) => social.reports.list(actor, query),
});
