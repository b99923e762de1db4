import { discord } from "@/lib/community/discord";
import { getDiscordLink, removeDiscordLink, startDiscordLink } from "@/lib/community/discord/contract";
import { browserOf, route, withCookies } from "@/lib/edge/http";

export const GET = route({
  contract: getDiscordLink,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => discord.status(actor),
});

export const POST = route({
  contract: startDiscordLink,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, req }) => {
    const { browser, cookie } = browserOf(req);
    return withCookies(await discord.startLink(actor, browser), [cookie]);
  },
});

export const DELETE = route({
  contract: removeDiscordLink,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor }) => {
    await discord.unlink(actor);
    return { success: true as const };
  },
});
