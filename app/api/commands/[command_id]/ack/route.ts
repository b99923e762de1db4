import { commands } from "@/lib/commands";
import { ackCommand } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: ackCommand,
  auth: ["user", "bot"],
  rateLimit: "bot",
  handle: async ({ actor, params, body }) => ({
    status: "ok" as const,
    command: await commands.acknowledge(actor, { ...params, ...body }),
  }),
});
