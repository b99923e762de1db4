import { receiveUpload, route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { uploadAttachment } from "@/lib/tickets/contract.desk";

export const POST = route({
  contract: uploadAttachment,
  auth: ["user", "bot"],
  rateLimit: "talk",
  handle: async ({ actor, params, query, req }) => ({
    success: true as const,
    attachment: await receiveUpload({ actor, req }, (open) => tickets.upload(actor, params.ticket_id, open), {
      name: query.filename,
    }),
  }),
});
