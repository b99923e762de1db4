import { listGuildRoles } from "@/lib/community/discord/contract.guild";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listGuildRoles,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ app: { guild }, actor }) => guild.roles(actor),
});
