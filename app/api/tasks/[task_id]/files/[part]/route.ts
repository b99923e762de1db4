import { route } from "@/lib/edge/http";
import { downloadTaskPart } from "@/lib/operations/transfers/contract";
import { ranged } from "../../../ranged";

export const GET = route({
  contract: downloadTaskPart,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { tasks }, actor, params, req }) =>
    ranged(await tasks.file(actor, params.task_id, Number(params.part)), req),
});
