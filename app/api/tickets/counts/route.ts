import { tickets } from "@/lib/community/tickets";
import { ticketCounts } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: ticketCounts,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor }) => tickets.counts(actor),
});
