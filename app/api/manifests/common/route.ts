import { route } from "@/lib/edge/http";
import { getCommonManifest } from "@/lib/fleet/manifests/contract";

export const GET = route({
  contract: getCommonManifest,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { manifests }, actor, query }) => manifests.common(actor, query.bot_ids),
});
