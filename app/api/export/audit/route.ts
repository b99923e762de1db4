import { route } from "@/lib/edge/http";
import { exportAudit } from "@/lib/identity/audit/contract";
import { attachment } from "../attachment";

export const GET = route({
  contract: exportAudit,
  auth: ["user"],
  rateLimit: "export",
  handle: async ({ app: { auditLog }, actor, query }) => attachment(await auditLog.exportAudit(actor, query)),
});
