import { bots } from "@/lib/bots";
import { createBot, listMyBots } from "@/lib/bots/contract";
import { route } from "@/lib/http";

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
