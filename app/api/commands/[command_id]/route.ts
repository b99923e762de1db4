import { commands } from "@/lib/commands";
import { getCommand } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: getCommand,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => ({ command: await commands.get(actor, params.command_id) }),
});
