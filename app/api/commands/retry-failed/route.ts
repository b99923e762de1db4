import { route } from "@/lib/edge/http";
import { retryFailedCommands } from "@/lib/fleet/commands/contract.many";

export const POST = route({
  contract: retryFailedCommands,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { commands }, actor, body }) => commands.retryFailed(actor, body),
});
