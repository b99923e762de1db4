import { route } from "@/lib/edge/http";
import { listBotCommands } from "@/lib/fleet/commands/contract";

export const GET = route({
  contract: listBotCommands,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { commands }, actor, params, query }) => commands.list(actor, { ...query, ...params }),
});
