import { route } from "@/lib/edge/http";
import { getBotSettings, putBotSettings } from "@/lib/fleet/bots/contract.status";

export const GET = route({
  contract: getBotSettings,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { bots }, actor, params }) => bots.settings(actor, params.bot_id),
});

export const PUT = route({
  contract: putBotSettings,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, params, body, version }) => ({
    success: true as const,
    ...(await bots.putSettings(actor, params.bot_id, body, version)),
  }),
});
