import { route } from "@/lib/edge/http";
import { getSeries } from "@/lib/fleet/series/contract";

export const GET = route({
  contract: getSeries,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { series }, actor, query }) => series.series(actor, query),
});
