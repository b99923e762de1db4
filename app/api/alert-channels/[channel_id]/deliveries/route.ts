import { route } from "@/lib/edge/http";
import { listAlertDeliveries } from "@/lib/operations/alerts/channels/contract";

export const GET = route({
  contract: listAlertDeliveries,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertChannels }, actor, params }) => {
    const deliveries = await alertChannels.deliveries(actor, params.channel_id);
    return { deliveries, count: deliveries.length };
  },
});
