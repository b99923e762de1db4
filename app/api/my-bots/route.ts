import { route } from "@/lib/edge/http";
import { createBot, listMyBots } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: listMyBots,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { bots }, actor, query }) => bots.list(actor, { ...query, scope: "mine" }),
});

export const POST = route({
  contract: createBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, body }) => ({ success: true as const, ...(await bots.create(actor, body)) }),
});
