import { callers } from "@/lib/edge/compat/bot-server";
import { fetchOpenCommands } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: fetchOpenCommands,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ app: { bs }, actor, params }) => bs.commands(actor, params.bot_id),
});
