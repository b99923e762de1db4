import { route } from "@/lib/edge/http";
import { listTasks } from "@/lib/operations/transfers/contract";

export const GET = route({
  contract: listTasks,
  auth: ["user"],
  feature: "transfers",
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { tasks }, actor, query }) => tasks.list(actor, query),
});
