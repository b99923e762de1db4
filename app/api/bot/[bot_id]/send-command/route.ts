import { idempotencyKey, route } from "@/lib/edge/http";
import { sendCommand } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: sendCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { commands }, actor, params, body, req }) => ({
    status: "ok" as const,
    ...(await commands.sendExplained(actor, { ...params, ...body, ...idempotencyKey(req) })),
  }),
});
