import { route } from "@/lib/edge/http";
import { commands } from "@/lib/fleet/commands";
import { retryFailedCommands } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: retryFailedCommands,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => commands.retryFailed(actor, body),
});
