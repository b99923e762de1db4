import { commands } from "@/lib/commands";
import { commandsHistory } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: commandsHistory,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params, query }) => commands.list(actor, { ...query, ...params }),
});
