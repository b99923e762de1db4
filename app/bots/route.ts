import { callers } from "@/lib/edge/compat/bot-server";
import { listOpenBots } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listOpenBots,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ app: { bs }, actor }) => bs.list(actor),
});
