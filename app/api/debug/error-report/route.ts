import { reportAppError } from "@/lib/community/social/contract.hub";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: reportAppError,
  auth: ["user"],
  feature: "social",
  rateLimit: "talk",
  handle: ({ app: { social }, actor, body }) => social.reports.report(actor, body),
});
