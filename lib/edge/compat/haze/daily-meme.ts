/** The settings of the daily meme as document 003's mobile app reads and sends them. */
import type { z } from "zod";
import type { App } from "@/lib/app";
import type { Actor } from "@/lib/core/actor";
import type { saveDailyMeme } from "@/lib/core/settings/contract.daily-meme";

export async function dailyMemeOf({ config }: App, actor: Actor) {
  const [daily, meme] = await Promise.all([config.read(actor, "daily_meme"), config.read(actor, "meme")]);
  return { ...daily, available_subreddits: meme.default_subreddits, available_lemmy: meme.default_lemmy };
}

/** Stores what was sent: the section `daily_meme`, and the sources that it chooses from. */
export async function storeDailyMeme(app: App, actor: Actor, body: z.output<typeof saveDailyMeme.body>) {
  const { subreddits, lemmy_communities, ...daily_meme } = body;
  const meme = {
    ...(subreddits && { default_subreddits: subreddits }),
    ...(lemmy_communities && { default_lemmy: lemmy_communities }),
  };
  await app.config.updateTogether(actor, { daily_meme, ...(Object.keys(meme).length > 0 && { meme }) });
  return { success: true as const, message: "Configuration updated", ...(await dailyMemeOf(app, actor)) };
}
