import { route } from "@/lib/edge/http";
import { retryTask } from "@/lib/operations/transfers/contract";

export const POST = route({
  contract: retryTask,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ app: { tasks }, actor, params }) {
    const task = await tasks.retry(actor, params.task_id);
    return { success: true as const, message: "Task queued successfully", task };
  },
});
