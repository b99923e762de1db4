import { callers } from "@/lib/edge/compat/bot-server";
import { registerOpenBot } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: registerOpenBot,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "register",
  dialect: "bs",
  handle: ({ app: { bs }, actor, body }) => bs.register(actor, body),
});
