import { commands } from "@/lib/commands";
import { stopBot } from "@/lib/commands/contract";
import { idempotencyKey, route } from "@/lib/http";

export const POST = route({
  contract: stopBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params, req }) => ({
    status: "ok" as const,
    ...(await commands.sendExplained(actor, { ...params, type: "stop", payload: {}, ...idempotencyKey(req) })),
  }),
});
