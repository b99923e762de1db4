import { route } from "@/lib/http";
import { tasks } from "@/lib/tasks";
import { listTasks } from "@/lib/tasks/contract";

export const GET = route({
  contract: listTasks,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, query }) => tasks.list(actor, query),
});
