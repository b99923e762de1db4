import { bots } from "@/lib/bots";
import { getBotToken } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: getBotToken,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, params }) => ({ token: await bots.token(actor, params.bot_id) }),
});
