import { bs, callers } from "@/lib/bs";
import { clear } from "@/lib/bs/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: clear,
  auth: callers("bot"),
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ actor, params }) => bs.clear(actor, params.bot_id),
});
