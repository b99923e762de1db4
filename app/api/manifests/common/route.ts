import { route } from "@/lib/edge/http";
import { manifests } from "@/lib/fleet/manifests";
import { commonManifest } from "@/lib/fleet/manifests/contract";

export const GET = route({
  contract: commonManifest,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => manifests.common(actor, query.bot_ids),
});
