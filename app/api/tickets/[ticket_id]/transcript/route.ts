import { getTicketTranscript } from "@/lib/community/tickets/desk/contract";
import { Custom, route } from "@/lib/edge/http";
import { contained } from "../../contained";

export const GET = route({
  contract: getTicketTranscript,
  auth: ["user", "bot"],
  rateLimit: "export",
  handle: async ({ app: { tickets }, actor, params, query: { format, notes } }) => {
    const { stream, filename } = await tickets.transcript(actor, params.ticket_id, { format, notes: notes === "true" });
    const contentType = `text/${format === "html" ? "html" : "plain"}; charset=utf-8`;
    return new Custom({ stream, contentType, headers: contained(filename, false, "style-src 'unsafe-inline'; ") });
  },
});
