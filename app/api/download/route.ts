import { route } from "@/lib/http";
import { tasks } from "@/lib/tasks";
import { startDownload } from "@/lib/tasks/contract";

export const POST = route({
  contract: startDownload,
  auth: ["user"],
  feature: "transfers",
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ actor, body }) {
    const { id } = await tasks.create(actor, body);
    return { success: true as const, taskId: id, message: "Download started successfully" };
  },
});
