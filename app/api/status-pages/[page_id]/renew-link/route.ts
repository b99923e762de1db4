import { route } from "@/lib/edge/http";
import { renewStatusPageLink } from "@/lib/operations/status-pages/contract";

export const POST = route({
  contract: renewStatusPageLink,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({
    ...{ success: true as const, page: await app.statusPages.renewLink(actor, params.page_id) },
  }),
});
