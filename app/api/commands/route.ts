import { commands } from "@/lib/commands";
import { createCommand, listCommands } from "@/lib/commands/contract";
import { idempotencyKey, route } from "@/lib/http";

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
