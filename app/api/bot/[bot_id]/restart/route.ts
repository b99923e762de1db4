import { commands } from "@/lib/commands";
import { restartBot } from "@/lib/commands/contract";
import { idempotencyKey, route } from "@/lib/http";

export const POST = route({
  contract: restartBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params, req }) => ({
    status: "ok" as const,
    ...(await commands.sendExplained(actor, { ...params, type: "restart", payload: {}, ...idempotencyKey(req) })),
  }),
});
