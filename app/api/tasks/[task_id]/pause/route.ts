import { route } from "@/lib/edge/http";
import { pauseTask } from "@/lib/operations/transfers/contract";

export const POST = route({
  contract: pauseTask,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ app: { tasks }, actor, params }) {
    const task = await tasks.pause(actor, params.task_id);
    return { success: true as const, message: "Task paused successfully", task };
  },
});
