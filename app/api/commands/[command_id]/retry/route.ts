import { commands } from "@/lib/commands";
import { retryCommand } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: retryCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => ({
    status: "ok" as const,
    ...(await commands.retry(actor, params.command_id)),
  }),
});
