import { callers } from "@/lib/edge/compat/bot-server";
import { unregisterOpenBot } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: unregisterOpenBot,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ app: { bs }, actor, params }) => bs.unregister(actor, params.bot_id),
});
