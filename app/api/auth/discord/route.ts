import { getDiscordLink, removeDiscordLink, startDiscordLink } from "@/lib/community/discord/contract";
import { browserOf, route, withCookies } from "@/lib/edge/http";

const access = { auth: ["user"], rateLimit: "rest" } as const;

export const GET = route({
  contract: getDiscordLink,
  ...access,
  handle: ({ app, actor }) => app.discord.status(actor),
});

export const POST = route({
  contract: startDiscordLink,
  ...{ ...access, scope: "admin" },
  handle: async ({ app, actor, req }) => {
    const { browser, cookie } = browserOf(req);
    return withCookies(await app.discord.startLink(actor, browser), [cookie]);
  },
});

export const DELETE = route({
  contract: removeDiscordLink,
  ...{ ...access, scope: "admin" },
  handle: ({ app, actor }) => app.discord.unlink(actor).then(() => ({ success: true as const })),
});
