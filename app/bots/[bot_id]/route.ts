import { bs, callers } from "@/lib/bs";
import { unregister } from "@/lib/bs/contract";
import { route } from "@/lib/http";

export const DELETE = route({
  contract: unregister,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ actor, params }) => bs.unregister(actor, params.bot_id),
});
