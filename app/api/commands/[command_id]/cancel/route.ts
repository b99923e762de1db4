import { commands } from "@/lib/commands";
import { cancelCommand } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: cancelCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => ({
    status: "ok" as const,
    command: await commands.cancel(actor, params.command_id),
  }),
});
