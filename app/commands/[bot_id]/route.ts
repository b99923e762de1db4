import { bs, callers } from "@/lib/bs";
import { commands } from "@/lib/bs/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: commands,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ actor, params }) => bs.commands(actor, params.bot_id),
});
