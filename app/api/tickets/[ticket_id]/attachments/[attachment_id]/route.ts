import { deleteAttachment, getAttachment } from "@/lib/community/tickets/desk/contract";
import { Custom, route } from "@/lib/edge/http";
import { contained } from "../../../contained";

export const GET = route({
  contract: getAttachment,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ app: { tickets }, actor, params, query }) => {
    const file = await tickets.download(actor, params.ticket_id, params.attachment_id);
    const headers = {
      ...contained(file.name, file.inline && query.inline === "true"),
      "content-length": String(file.size),
      // Rights may end: only this browser keeps it, and asks again.
      "cache-control": "private, no-cache",
    };
    return new Custom({ stream: file.stream, contentType: file.contentType, headers });
  },
});

export const DELETE = route({
  contract: deleteAttachment,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ app: { tickets }, actor, params }) => {
    await tickets.takeBack(actor, params.ticket_id, params.attachment_id);
    return { success: true as const };
  },
});
