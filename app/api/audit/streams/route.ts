import { route } from "@/lib/edge/http";
import { listAuditStreams } from "@/lib/identity/audit/streams/contract";

export const GET = route({
  contract: listAuditStreams,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: async ({ app: { auditStreams }, actor }) => ({ streams: await auditStreams.list(actor) }),
});
