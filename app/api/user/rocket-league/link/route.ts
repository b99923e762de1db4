import { linkRocketLeagueAccount } from "@/lib/community/feeds/contract.accounts";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: linkRocketLeagueAccount,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { rankAccounts }, actor, body }) => rankAccounts.link(actor, body),
});
