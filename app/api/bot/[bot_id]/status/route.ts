import { recordProgram, route } from "@/lib/edge/http";
import { bots } from "@/lib/fleet/bots";
import { getBotStatus, reportBotStatus } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: getBotStatus,
  auth: ["user", "bot"],
  unclaimed: true,
  rateLimit: "bot",
  handle: async ({ actor, params }) => {
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
  handle: async ({ actor, params, body, req }) => {
    const part = await recordProgram(actor, req);
    return {
      status: "ok" as const,
      bot: await bots.report(actor, params.bot_id, { ...body, part: body.part ?? part }),
    };
  },
});
