import { discord } from "@/lib/discord";
import { startSignIn } from "@/lib/discord/contract";
import { browserOf, route, withCookies } from "@/lib/http";

export const GET = route({
  contract: startSignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: ({ query, req }) => {
    const { browser, cookie } = browserOf(req);
    return withCookies(discord.startSignIn(query, browser), query.platform === "web" ? [cookie] : []);
  },
});
