import { removeRocketLeagueAccount } from "@/lib/community/feeds/contract.accounts";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: removeRocketLeagueAccount,
  auth: ["user"],
  permission: "staff",
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { rankAccounts }, actor, params }) => rankAccounts.removeOf(actor, params.discord_id),
});
