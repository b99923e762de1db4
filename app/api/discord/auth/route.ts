import { startDiscordSignIn } from "@/lib/community/discord/contract";
import { isHazeApp, platformOfApp } from "@/lib/edge/compat/haze/contract.headers";
import { browserOf, route, withCookies } from "@/lib/edge/http";

export const GET = route({
  contract: startDiscordSignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: ({ app: { discord }, query, req }) => {
    // The app sends no parameters; a client that names a platform follows the document.
    if (isHazeApp(req.header) && req.query === "") return discord.appAuthUrl(platformOfApp(req.header));
    const { browser, cookie } = browserOf(req);
    return withCookies(
      discord.startSignIn(query, browser),
      query.platform === "web" && query.loopback_port === undefined ? [cookie] : [],
    );
  },
});
