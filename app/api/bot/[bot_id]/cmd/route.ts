import { commands } from "@/lib/commands";
import { sendCmd } from "@/lib/commands/contract";
import { idempotencyKey, route } from "@/lib/http";

export const POST = route({
  contract: sendCmd,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params, body, req }) => ({
    status: "ok" as const,
    ...(await commands.sendExplained(actor, { ...params, ...body, ...idempotencyKey(req) })),
  }),
});
