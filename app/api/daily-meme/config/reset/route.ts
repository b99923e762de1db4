import { resetDailyMeme } from "@/lib/core/settings/contract.daily-meme";
import { dailyMemeOf } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: resetDailyMeme,
  auth: ["user"],
  permission: "staff",
  scope: "admin",
  rateLimit: "rest",
  async handle({ app, actor }) {
    const { message } = await app.config.reset(actor, "daily_meme");
    return { success: true as const, message, ...(await dailyMemeOf(app, actor)) };
  },
});
