import { startDiscordSignIn } from "@/lib/community/discord/contract";
import { browserOf, route, withCookies } from "@/lib/edge/http";

export const GET = route({
  contract: startDiscordSignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: ({ app: { discord }, query, req }) => {
    const { browser, cookie } = browserOf(req);
    return withCookies(discord.startSignIn(query, browser), query.platform === "web" ? [cookie] : []);
  },
});
