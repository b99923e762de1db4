import { commands } from "@/lib/commands";
import { restartBot } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: restartBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => ({
    status: "ok" as const,
    command: await commands.send(actor, { ...params, type: "restart", payload: {} }),
  }),
});
