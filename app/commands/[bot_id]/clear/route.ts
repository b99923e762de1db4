import { callers } from "@/lib/edge/compat/bot-server";
import { clearOpenCommands } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: clearOpenCommands,
  auth: callers("bot"),
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ app: { bs }, actor, params }) => bs.clear(actor, params.bot_id),
});
