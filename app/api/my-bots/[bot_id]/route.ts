import { route } from "@/lib/edge/http";
import { deleteBot, getBot, updateBot } from "@/lib/fleet/bots/contract";

const people = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: getBot,
  ...people,
  handle: async ({ app: { bots }, actor, params }) => ({ bot: await bots.get(actor, params.bot_id) }),
});
export const PUT = route({
  contract: updateBot,
  ...people,
  handle: async ({ app: { bots }, actor, params, body, version }) => ({
    success: true as const,
    version: await bots.update(actor, params.bot_id, body, version),
  }),
});
export const DELETE = route({
  contract: deleteBot,
  ...people,
  handle: async ({ app: { bots }, actor, params }) => {
    await bots.remove(actor, params.bot_id);
    return { success: true as const };
  },
});
