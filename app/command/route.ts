import { callers } from "@/lib/edge/compat/bot-server";
import { sendOpenCommand } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: sendOpenCommand,
  auth: callers("noBot"),
  rateLimit: "rest",
  dialect: "bs",
  handle: ({ app: { bs }, actor, body }) => bs.command(actor, body),
});
