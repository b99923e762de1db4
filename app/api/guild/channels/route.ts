import { listGuildChannels } from "@/lib/community/discord/contract.guild";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listGuildChannels,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ app: { guild }, actor }) => guild.channels(actor),
});
