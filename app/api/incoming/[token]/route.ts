import { newId } from "@/lib/core/ids";
import { readSigned, route } from "@/lib/edge/http";
import { receiveIncomingWebhook } from "@/lib/operations/incoming/contract";

export const POST = route({
  contract: receiveIncomingWebhook,
  auth: ["public"],
  rateLimit: "public",
  handle: async ({ app, params, req }) => ({
    success: true as const,
    ...(await app.incoming.receive(params.token, {
      header: req.header,
      read: () => readSigned(req),
      origin: { request_id: newId("req"), address: req.ip },
    })),
  }),
});
