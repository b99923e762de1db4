import { getRocketLeagueAccount } from "@/lib/community/feeds/contract.accounts";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getRocketLeagueAccount,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { rankAccounts }, actor }) => rankAccounts.own(actor),
});
