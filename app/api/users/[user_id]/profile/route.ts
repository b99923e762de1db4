import { memberProfileOf, ofProfile } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { getMemberProfile } from "@/lib/identity/accounts/contract.community";

export const GET = route({
  contract: getMemberProfile,
  auth: ["user"],
  rateLimit: "rest",
  haze: ofProfile,
  handle: async ({ app, actor, params }) => ({
    success: true as const,
    profile: await memberProfileOf(app, actor, params.user_id),
  }),
});
