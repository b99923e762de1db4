import { idempotencyKey, route } from "@/lib/edge/http";
import { restartBot } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: restartBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { commands }, actor, params, req }) => ({
    status: "ok" as const,
    ...(await commands.sendExplained(actor, { ...params, type: "restart", payload: {}, ...idempotencyKey(req) })),
  }),
});
