import { route } from "@/lib/edge/http";
import { retryAlertDelivery } from "@/lib/operations/alerts/channels/contract";

export const POST = route({
  contract: retryAlertDelivery,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertChannels }, actor, params }) => {
    await alertChannels.retry(actor, params.channel_id, params.delivery_id);
    return { success: true as const };
  },
});
