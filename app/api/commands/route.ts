import { idempotencyKey, route } from "@/lib/edge/http";
import { createCommand, listCommands } from "@/lib/fleet/commands/contract";

export const GET = route({
  contract: listCommands,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { commands }, actor, query }) => commands.list(actor, query),
});

export const POST = route({
  contract: createCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { commands }, actor, body, req }) => ({
    status: "queued" as const,
    ...(await commands.sendExplained(actor, { ...body, ...idempotencyKey(req) })),
  }),
});
