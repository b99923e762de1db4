import { route } from "@/lib/edge/http";
import { retryFailedCommands } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: retryFailedCommands,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { commands }, actor, body }) => commands.retryFailed(actor, body),
});
