import { countTickets } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: countTickets,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor }) => tickets.counts(actor),
});
