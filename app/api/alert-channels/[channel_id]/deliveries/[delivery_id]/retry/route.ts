import { route } from "@/lib/edge/http";
import { alertChannels } from "@/lib/operations/alerts";
import { retryAlertDelivery } from "@/lib/operations/alerts/channels/contract";

export const POST = route({
  contract: retryAlertDelivery,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params }) => {
    await alertChannels.retry(actor, params.channel_id, params.delivery_id);
    return { success: true as const };
  },
});
