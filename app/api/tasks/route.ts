import { route } from "@/lib/edge/http";
import { tasks } from "@/lib/operations/transfers";
import { listTasks } from "@/lib/operations/transfers/contract";

export const GET = route({
  contract: listTasks,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, query }) => tasks.list(actor, query),
});
