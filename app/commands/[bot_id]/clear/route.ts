import { bs, callers } from "@/lib/edge/compat/bot-server";
import { clear } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: clear,
  auth: callers("bot"),
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ actor, params }) => bs.clear(actor, params.bot_id),
});
