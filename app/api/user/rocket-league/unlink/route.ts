import { unlinkRocketLeagueAccount } from "@/lib/community/feeds/contract.accounts";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: unlinkRocketLeagueAccount,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { rankAccounts }, actor }) => rankAccounts.unlink(actor),
});
