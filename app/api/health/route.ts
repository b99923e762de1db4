import { Custom, route } from "@/lib/edge/http";
import { system } from "@/lib/operations/system";
import { health } from "@/lib/operations/system/contract";

export const GET = route({
  contract: health,
  auth: ["public", "user", "bot"],
  rateLimit: "public",
  unclaimed: true,
  handle: async ({ query }) => {
    const json = await system.health(query.detailed === "true");
    return json.status === "ok" ? json : new Custom({ status: 503, json });
  },
});
