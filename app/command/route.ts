import { bs, callers } from "@/lib/edge/compat/bot-server";
import { sendOpenCommand } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: sendOpenCommand,
  auth: callers("noBot"),
  rateLimit: "rest",
  dialect: "bs",
  handle: ({ actor, body }) => bs.command(actor, body),
});
