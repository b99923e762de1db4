import { config } from "@/lib/config";
import { getBotConfig } from "@/lib/config/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: getBotConfig,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => config.forBot(actor, params.bot_id),
});
