import { route } from "@/lib/http";
import { tasks } from "@/lib/tasks";
import { wholeFile } from "@/lib/tasks/contract";
import { ranged } from "../../ranged";

export const GET = route({
  contract: wholeFile,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params, req }) => ranged(await tasks.file(actor, params.task_id), req),
});
