import { recordProgram, route } from "@/lib/edge/http";
import { getBotStatus, reportBotStatus } from "@/lib/fleet/bots/contract.status";

const callers = { auth: ["user", "bot"], unclaimed: true, rateLimit: "bot" } as const;

export const GET = route({
  contract: getBotStatus,
  ...callers,
  handle: async ({ app: { bots }, actor, params }) => {
    const bot = await bots.get(actor, params.bot_id);
    const { id, status, last_active } = bot;
    return { bot_id: id, status, online: status !== "offline", last_active, bot };
  },
});
export const POST = route({
  contract: reportBotStatus,
  ...callers,
  handle: async ({ app, actor, params, body, req }) => {
    const held = await recordProgram(app, actor, req);
    const report = { ...body, part: body.part ?? held };
    return { status: "ok" as const, bot: await app.bots.report(actor, params.bot_id, report) };
  },
});
