import { route } from "@/lib/edge/http";
import { commands } from "@/lib/fleet/commands";
import { listBotCommands } from "@/lib/fleet/commands/contract";

export const GET = route({
  contract: listBotCommands,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params, query }) => commands.list(actor, { ...query, ...params }),
});
