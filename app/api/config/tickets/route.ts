import { getTicketsConfig } from "@/lib/core/settings/contract";
import { ofTicketSettings } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { sectionRoutes } from "../section-routes";

export const { PUT } = sectionRoutes("tickets");

export const GET = route({
  contract: getTicketsConfig,
  auth: ["user"],
  rateLimit: "rest",
  haze: ofTicketSettings,
  handle: ({ app: { config }, actor }) => config.readTickets(actor),
});
