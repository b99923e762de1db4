import { idempotencyKey, route } from "@/lib/edge/http";
import { commands } from "@/lib/fleet/commands";
import { createCommand, listCommands } from "@/lib/fleet/commands/contract";

export const GET = route({
  contract: listCommands,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => commands.list(actor, query),
});

export const POST = route({
  contract: createCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, body, req }) => ({
    status: "queued" as const,
    ...(await commands.sendExplained(actor, { ...body, ...idempotencyKey(req) })),
  }),
});
