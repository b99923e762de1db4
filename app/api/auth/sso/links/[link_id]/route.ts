import { route } from "@/lib/edge/http";
import { removeSsoLink } from "@/lib/identity/sso/contract";

export const DELETE = route({
  contract: removeSsoLink,
  ...{ auth: ["user"], scope: "admin", rateLimit: "rest" },
  handle: ({ app, actor, params }) => app.sso.unlink(actor, params.link_id).then(() => ({ success: true as const })),
});
