import { finishDiscordSignIn } from "@/lib/community/discord/contract";
import { describeAct } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import { countRequest, isPage, providerCookies, redirectTo, route, visitOf } from "@/lib/edge/http";

export const GET = route({
  contract: finishDiscordSignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: async ({ app: { discord }, actor, query, req }) => {
    try {
      countRequest("auth", `discord:${req.ip}`);
      const finished = await discord.finish(actor, query, visitOf(req));
      return redirectTo(finished.location, providerCookies(finished, req.secure));
    } catch (error) {
      // A browser gets a page that explains the error, a program gets JSON.
      if (!(error instanceof AppError && isPage(req))) throw error;
      describeAct({ refusal: error.code });
      return redirectTo(discord.failed(error, query));
    }
  },
});
