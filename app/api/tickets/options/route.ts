import { tickets } from "@/lib/community/tickets";
import { ticketOptions } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: ticketOptions,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor }) => tickets.options(actor),
});
