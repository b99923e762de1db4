import { bs, callers } from "@/lib/edge/compat/bot-server";
import { list } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: list,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ actor }) => bs.list(actor),
});
