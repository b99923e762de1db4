import { describeAct } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import { countRequest, isPage, providerCookies, redirectTo, route, visitOf } from "@/lib/edge/http";
import { finishSsoSignIn } from "@/lib/identity/sso/contract";

export const GET = route({
  contract: finishSsoSignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: async ({ app: { sso }, actor, params, query, req }) => {
    try {
      countRequest("auth", `sso:${req.ip}`);
      const finished = await sso.finish(params.provider, actor, query, visitOf(req));
      return redirectTo(finished.location, providerCookies(finished, req.secure));
    } catch (error) {
      // A browser gets a page that explains the error, a program gets JSON.
      if (!(error instanceof AppError && isPage(req))) throw error;
      describeAct({ refusal: error.code });
      return redirectTo(sso.failed(error, query));
    }
  },
});
