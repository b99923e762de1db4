import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { ticketCounts } from "@/lib/tickets/contract.desk";

export const GET = route({
  contract: ticketCounts,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor }) => tickets.counts(actor),
});
