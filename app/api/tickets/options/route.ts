import { getTicketOptions } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getTicketOptions,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor }) => tickets.options(actor),
});
