import { getDailyMeme, saveDailyMeme } from "@/lib/core/settings/contract.daily-meme";
import { dailyMemeOf, storeDailyMeme } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getDailyMeme,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ app, actor }) => dailyMemeOf(app, actor),
});

export const POST = route({
  contract: saveDailyMeme,
  auth: ["user"],
  permission: "staff",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app, actor, body }) => storeDailyMeme(app, actor, body),
});
