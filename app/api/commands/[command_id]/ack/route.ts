import { route } from "@/lib/edge/http";
import { ackCommand } from "@/lib/fleet/commands/contract.bot";

export const POST = route({
  contract: ackCommand,
  auth: ["user", "bot"],
  rateLimit: "bot",
  handle: async ({ app: { commands }, actor, params, body, req }) => ({
    status: "ok" as const,
    command: await commands.acknowledge(actor, { traceparent: req.traceparent, ...params, ...body }),
  }),
});
