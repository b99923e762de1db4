import { uploadAttachment } from "@/lib/community/tickets/desk/contract";
import { receiveUpload, route } from "@/lib/edge/http";

export const POST = route({
  contract: uploadAttachment,
  auth: ["user", "bot"],
  rateLimit: "talk",
  handle: async ({ app: { tickets }, actor, params, query, req }) => ({
    success: true as const,
    attachment: await receiveUpload({ actor, req }, (open) => tickets.upload(actor, params.ticket_id, open), {
      name: query.filename,
    }),
  }),
});
