import { route } from "@/lib/edge/http";
import { cancelTask, getTask } from "@/lib/operations/transfers/contract";

export const GET = route({
  contract: getTask,
  auth: ["user"],
  feature: "transfers",
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { tasks }, actor, params }) => tasks.get(actor, params.task_id),
});

export const DELETE = route({
  contract: cancelTask,
  auth: ["user"],
  feature: "transfers",
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ app: { tasks }, actor, params }) {
    const { task, removed } = await tasks.cancel(actor, params.task_id);
    return { success: true as const, message: `Task ${removed ? "removed" : "cancelled"} successfully`, task };
  },
});
