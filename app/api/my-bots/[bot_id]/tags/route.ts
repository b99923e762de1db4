import { route } from "@/lib/edge/http";
import { getBotTags, putBotTags } from "@/lib/fleet/bots/contract.tags";

const people = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: getBotTags,
  ...people,
  handle: ({ app: { bots }, actor, params }) => bots.tags(actor, params.bot_id),
});
export const PUT = route({
  contract: putBotTags,
  ...people,
  handle: async ({ app: { bots }, actor, params, body }) => ({
    success: true as const,
    ...(await bots.putTags(actor, params.bot_id, body.tags)),
  }),
});
