import { route } from "@/lib/http";
import { manifests } from "@/lib/manifests";
import { commonManifest } from "@/lib/manifests/contract";

export const GET = route({
  contract: commonManifest,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => manifests.common(actor, query.bot_ids),
});
