import { controlTask } from "@/lib/edge/compat/mltb/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: controlTask,
  auth: ["user"],
  feature: "transfers",
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { dashboard }, actor, params, body }) => dashboard.control(actor, params.task_id, body),
});
