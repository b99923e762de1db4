import { route } from "@/lib/edge/http";
import { listSsoLinks } from "@/lib/identity/sso/contract";

export const GET = route({
  contract: listSsoLinks,
  ...{ auth: ["user"], rateLimit: "rest" },
  handle: ({ app, actor }) => app.sso.links(actor),
});
