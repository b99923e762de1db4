import { Custom, route } from "@/lib/edge/http";
import { getHealth } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getHealth,
  auth: ["public", "user", "bot"],
  rateLimit: "public",
  unclaimed: true,
  handle: async ({ app: { system }, query }) => {
    const json = await system.health(query.detailed === "true");
    return json.status === "ok" ? json : new Custom({ status: 503, json });
  },
});
