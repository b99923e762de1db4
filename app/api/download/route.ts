import { route } from "@/lib/edge/http";
import { tasks } from "@/lib/operations/transfers";
import { startDownload } from "@/lib/operations/transfers/contract";

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
