import { route } from "@/lib/edge/http";
import { bots } from "@/lib/fleet/bots";
import { createBot, listMyBots } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: listMyBots,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => bots.list(actor, { ...query, scope: "mine" }),
});

export const POST = route({
  contract: createBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, body }) => ({ success: true as const, ...(await bots.create(actor, body)) }),
});
