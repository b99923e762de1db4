import { route } from "@/lib/edge/http";
import { downloadTask } from "@/lib/operations/transfers/contract";
import { ranged } from "../../ranged";

export const GET = route({
  contract: downloadTask,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { tasks }, actor, params, req }) => ranged(await tasks.file(actor, params.task_id), req),
});
