import { postRocketLeagueStats } from "@/lib/community/feeds/contract.accounts";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: postRocketLeagueStats,
  auth: ["user"],
  feature: "social",
  rateLimit: "talk",
  handle: ({ app: { rankAccounts }, actor }) => rankAccounts.postStats(actor),
});
