import { route } from "@/lib/edge/http";
import { deleteAuditStream, putAuditStream } from "@/lib/identity/audit/streams/contract";

const by = { auth: ["user"], permission: "admin", scope: "admin", rateLimit: "rest" } as const;

export const PUT = route({
  contract: putAuditStream,
  ...by,
  handle: async ({ app: { auditStreams }, actor, params, body }) => ({
    success: true as const,
    ...(await auditStreams.put(actor, params.kind, body)),
  }),
});

export const DELETE = route({
  contract: deleteAuditStream,
  ...by,
  handle: async ({ app: { auditStreams }, actor, params }) => {
    await auditStreams.remove(actor, params.kind);
    return { success: true as const };
  },
});
