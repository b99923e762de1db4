import { route } from "@/lib/edge/http";
import { cancelCommand } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: cancelCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { commands }, actor, params }) => ({
    status: "ok" as const,
    command: await commands.cancel(actor, params.command_id),
  }),
});
