import { route } from "@/lib/http";
import { tasks } from "@/lib/tasks";
import { cancelTask, getTask } from "@/lib/tasks/contract";

export const GET = route({
  contract: getTask,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, params }) => tasks.get(actor, params.task_id),
});

export const DELETE = route({
  contract: cancelTask,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ actor, params }) {
    const { task, removed } = await tasks.cancel(actor, params.task_id);
    return { success: true as const, message: `Task ${removed ? "removed" : "cancelled"} successfully`, task };
  },
});
