import { tickets } from "@/lib/community/tickets";
import { getTicketOptions } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getTicketOptions,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor }) => tickets.options(actor),
});
