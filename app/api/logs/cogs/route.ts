import { cogNamesOf } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { listCogNames } from "@/lib/operations/plugins/contract.cogs";

export const GET = route({
  contract: listCogNames,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: async ({ app, actor }) => ({ cogs: await cogNamesOf(app, actor) }),
});
