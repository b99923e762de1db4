import { deleteAttachment, getAttachment } from "@/lib/community/tickets/desk/contract";
import { Custom, route } from "@/lib/edge/http";
import { contained } from "../../../contained";

const access = { auth: ["user", "bot"], rateLimit: "rest" } as const;

export const GET = route({
  contract: getAttachment,
  ...access,
  handle: async ({ app: { tickets }, actor, params, query }) => {
    const file = await tickets.download(actor, params.ticket_id, params.attachment_id);
    const { stream, contentType } = file;
    const disposition = contained(file.name, file.inline && query.inline === "true");
    // Let only this browser cache the file, and make it ask each time, because the reader may lose access.
    const headers = { ...disposition, "content-length": String(file.size), "cache-control": "private, no-cache" };
    return new Custom({ stream, contentType, headers });
  },
});

export const DELETE = route({
  contract: deleteAttachment,
  ...access,
  handle: ({ app, actor, params }) => app.tickets.takeBack(actor, params.ticket_id, params.attachment_id),
});
