import { discord } from "@/lib/community/discord";
import { linkStatus, startLink, unlink } from "@/lib/community/discord/contract";
import { browserOf, route, withCookies } from "@/lib/edge/http";

export const GET = route({
  contract: linkStatus,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => discord.status(actor),
});

export const POST = route({
  contract: startLink,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, req }) => {
    const { browser, cookie } = browserOf(req);
    return withCookies(await discord.startLink(actor, browser), [cookie]);
  },
});

export const DELETE = route({
  contract: unlink,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor }) => {
    await discord.unlink(actor);
    return { success: true as const };
  },
});
