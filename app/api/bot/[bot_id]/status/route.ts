import { recordProgram, route } from "@/lib/edge/http";
import { getBotStatus, reportBotStatus } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: getBotStatus,
  auth: ["user", "bot"],
  unclaimed: true,
  rateLimit: "bot",
  handle: async ({ app: { bots }, actor, params }) => {
    const bot = await bots.get(actor, params.bot_id);
    return {
      bot_id: bot.id,
      status: bot.status,
      online: bot.status !== "offline",
      last_active: bot.last_active,
      bot,
    };
  },
});

export const POST = route({
  contract: reportBotStatus,
  auth: ["user", "bot"],
  unclaimed: true,
  rateLimit: "bot",
  handle: async ({ app, actor, params, body, req }) => {
    const part = await recordProgram(app, actor, req);
    return {
      status: "ok" as const,
      bot: await app.bots.report(actor, params.bot_id, { ...body, part: body.part ?? part }),
    };
  },
});
