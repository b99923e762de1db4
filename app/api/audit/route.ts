import { route } from "@/lib/edge/http";
import { listAudit } from "@/lib/identity/audit/contract";

export const GET = route({
  contract: listAudit,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { auditLog }, actor, query }) => auditLog.list(actor, query),
});
