import { route } from "@/lib/edge/http";
import { manifests } from "@/lib/fleet/manifests";
import { getCommonManifest } from "@/lib/fleet/manifests/contract";

export const GET = route({
  contract: getCommonManifest,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => manifests.common(actor, query.bot_ids),
});
