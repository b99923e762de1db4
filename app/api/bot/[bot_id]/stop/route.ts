import { idempotencyKey, route } from "@/lib/edge/http";
import { stopBot } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: stopBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { commands }, actor, params, req }) => ({
    status: "ok" as const,
    ...(await commands.sendExplained(actor, { ...params, type: "stop", payload: {}, ...idempotencyKey(req) })),
  }),
});
