import { commands } from "@/lib/commands";
import { retryFailed } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: retryFailed,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => commands.retryFailed(actor, body),
});
