import { route } from "@/lib/edge/http";
import { resumeTask } from "@/lib/operations/transfers/contract";

export const POST = route({
  contract: resumeTask,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ app: { tasks }, actor, params }) {
    const task = await tasks.resume(actor, params.task_id);
    return { success: true as const, message: "Task resumed successfully", task };
  },
});
