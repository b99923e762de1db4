import { getBotConfig } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getBotConfig,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { config }, actor, params }) => config.forBot(actor, params.bot_id),
});
