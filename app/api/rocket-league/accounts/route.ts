import { listRocketLeagueAccounts } from "@/lib/community/feeds/contract.accounts";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listRocketLeagueAccounts,
  auth: ["user"],
  permission: "staff",
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { rankAccounts }, actor }) => rankAccounts.list(actor),
});
