import { route } from "@/lib/edge/http";
import { tasks } from "@/lib/operations/transfers";
import { downloadTaskPart } from "@/lib/operations/transfers/contract";
import { ranged } from "../../../ranged";

export const GET = route({
  contract: downloadTaskPart,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params, req }) => ranged(await tasks.file(actor, params.task_id, Number(params.part)), req),
});
