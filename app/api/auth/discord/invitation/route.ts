import { startDiscordInvitation } from "@/lib/community/discord/contract";
import { browserOf, refuseForeignSignIn, route, withCookies } from "@/lib/edge/http";

export const POST = route({
  contract: startDiscordInvitation,
  ...{ auth: ["public"], rateLimit: "auth" },
  handle: async ({ app: { discord }, body, req }) => {
    refuseForeignSignIn(req);
    const { browser, cookie } = browserOf(req);
    return withCookies(await discord.startInvitation(body.token, browser), [cookie]);
  },
});
