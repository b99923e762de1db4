import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { ticketOptions } from "@/lib/tickets/contract.desk";

export const GET = route({
  contract: ticketOptions,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor }) => tickets.options(actor),
});
