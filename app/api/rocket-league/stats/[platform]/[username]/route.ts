import { ranks } from "@/lib/feeds";
import { rankStats } from "@/lib/feeds/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: rankStats,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ params }) => ranks.stats(params),
});
