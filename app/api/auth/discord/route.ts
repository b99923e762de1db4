import { getDiscordLink, removeDiscordLink, startDiscordLink } from "@/lib/community/discord/contract";
import { browserOf, route, withCookies } from "@/lib/edge/http";

export const GET = route({
  contract: getDiscordLink,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { discord }, actor }) => discord.status(actor),
});

export const POST = route({
  contract: startDiscordLink,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { discord }, actor, req }) => {
    const { browser, cookie } = browserOf(req);
    return withCookies(await discord.startLink(actor, browser), [cookie]);
  },
});

export const DELETE = route({
  contract: removeDiscordLink,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { discord }, actor }) => {
    await discord.unlink(actor);
    return { success: true as const };
  },
});
