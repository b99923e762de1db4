import { route } from "@/lib/edge/http";
import { getCommand } from "@/lib/fleet/commands/contract";

export const GET = route({
  contract: getCommand,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ app: { commands }, actor, params }) => ({ command: await commands.get(actor, params.command_id) }),
});
