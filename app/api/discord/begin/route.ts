import { beginDiscordSignIn } from "@/lib/community/discord/contract";
import { browserOf, redirectTo, route } from "@/lib/edge/http";

export const GET = route({
  contract: beginDiscordSignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: ({ app: { discord }, query, req }) => {
    const { browser, cookie } = browserOf(req);
    return redirectTo(discord.startForApp(query.state, query.platform, browser), [cookie]);
  },
});
