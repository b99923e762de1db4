import { route } from "@/lib/edge/http";
import { startDownload } from "@/lib/operations/transfers/contract";

export const POST = route({
  contract: startDownload,
  auth: ["user"],
  feature: "transfers",
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  async handle({ app: { tasks }, actor, body }) {
    const { id } = await tasks.create(actor, body);
    return { success: true as const, taskId: id, message: "Download started successfully" };
  },
});
