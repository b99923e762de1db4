import { route } from "@/lib/edge/http";
import { getManifest, putManifest } from "@/lib/fleet/manifests/contract";

export const GET = route({
  contract: getManifest,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { manifests }, actor, params }) => manifests.get(actor, params.bot_id),
});

export const PUT = route({
  contract: putManifest,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { manifests }, actor, params, body, version }) =>
    manifests.put(actor, params.bot_id, body.commands, version),
});
