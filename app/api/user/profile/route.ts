import { ofProfile, ownProfileOf } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { getOwnProfile } from "@/lib/identity/accounts/contract.community";

export const GET = route({
  contract: getOwnProfile,
  auth: ["user"],
  rateLimit: "rest",
  haze: ofProfile,
  handle: async ({ app, actor }) => ({ success: true as const, profile: await ownProfileOf(app, actor) }),
});
