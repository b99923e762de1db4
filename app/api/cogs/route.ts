import { route } from "@/lib/edge/http";
import { listCogs, toCog } from "@/lib/operations/plugins/contract.cogs";

export const GET = route({
  contract: listCogs,
  auth: ["user"],
  permission: "admin",
  feature: "plugins",
  rateLimit: "rest",
  handle: async ({ app: { plugins }, actor }) => ({ cogs: (await plugins.list(actor)).map(toCog) }),
});
