import { route } from "@/lib/edge/http";
import { confirmAlertChannel } from "@/lib/operations/alerts/channels/contract";

export const POST = route({
  contract: confirmAlertChannel,
  auth: ["public"],
  feature: "alerts",
  rateLimit: "auth",
  dialect: "mltb",
  handle: async ({ app: { alertChannels }, body }) => {
    await alertChannels.confirm(body.token);
    return { success: true as const };
  },
});
