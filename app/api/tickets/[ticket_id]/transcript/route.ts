import { Custom, route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { ticketTranscript } from "@/lib/tickets/contract.desk";
import { contained } from "../../contained";

export const GET = route({
  contract: ticketTranscript,
  auth: ["user", "bot"],
  rateLimit: "export",
  handle: async ({ actor, params, query: { format, notes } }) => {
    const { stream, filename } = await tickets.transcript(actor, params.ticket_id, { format, notes: notes === "true" });
    const contentType = `text/${format === "html" ? "html" : "plain"}; charset=utf-8`;
    return new Custom({ stream, contentType, headers: contained(filename, false, "style-src 'unsafe-inline'; ") });
  },
});
