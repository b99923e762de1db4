import { route } from "@/lib/edge/http";
import { retryCommand } from "@/lib/fleet/commands/contract.many";

export const POST = route({
  contract: retryCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { commands }, actor, params }) => ({
    status: "ok" as const,
    ...(await commands.retry(actor, params.command_id)),
  }),
});
