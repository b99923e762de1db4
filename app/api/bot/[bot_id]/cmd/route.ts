import { commands } from "@/lib/commands";
import { sendCmd } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: sendCmd,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params, body }) => ({
    status: "ok" as const,
    command: await commands.send(actor, { ...params, ...body }),
  }),
});
