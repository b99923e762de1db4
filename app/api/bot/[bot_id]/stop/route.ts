import { commands } from "@/lib/commands";
import { stopBot } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: stopBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => ({
    status: "ok" as const,
    command: await commands.send(actor, { ...params, type: "stop", payload: {} }),
  }),
});
