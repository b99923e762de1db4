import { finishDiscordSignIn } from "@/lib/community/discord/contract";
import { AppError } from "@/lib/core/errors";
import { browserOf, countRequest, isPage, redirectTo, route, sessionCookie, ticketCookie } from "@/lib/edge/http";

export const GET = route({
  contract: finishDiscordSignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: async ({ app: { discord }, actor, query, req }) => {
    try {
      countRequest("auth", `discord:${req.ip}`);
      const visit = { browser: browserOf(req).browser, ip: req.ip, userAgent: req.header("user-agent") };
      const { location, sessionToken, ticket } = await discord.finish(actor, query, visit);
      if (ticket) return redirectTo(location, [ticketCookie(ticket, req.secure)]);
      return redirectTo(location, sessionToken ? [sessionCookie(sessionToken, req.secure)] : []);
    } catch (error) {
      // A browser gets a page that explains the error, a program gets JSON.
      if (!(error instanceof AppError && isPage(req))) throw error;
      return redirectTo(discord.failed(error, query));
    }
  },
});
