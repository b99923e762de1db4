import { route } from "@/lib/edge/http";
import { verifyAudit } from "@/lib/identity/audit/contract.verify";

export const GET = route({
  contract: verifyAudit,
  auth: ["user"],
  permission: "admin",
  rateLimit: "export",
  handle: ({ app: { auditLog }, actor, query }) => auditLog.verify(actor, query),
});
