import { commands } from "@/lib/commands";
import { sendCommand } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: sendCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params, body }) => ({
    status: "ok" as const,
    command: await commands.send(actor, { ...params, ...body }),
  }),
});
