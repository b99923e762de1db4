import { route } from "@/lib/edge/http";
import { deleteBot, getBot, updateBot } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: getBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, params }) => ({ bot: await bots.get(actor, params.bot_id) }),
});

export const PUT = route({
  contract: updateBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, params, body, version }) => ({
    success: true as const,
    version: await bots.update(actor, params.bot_id, body, version),
  }),
});

export const DELETE = route({
  contract: deleteBot,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, params }) => {
    await bots.remove(actor, params.bot_id);
    return { success: true as const };
  },
});
