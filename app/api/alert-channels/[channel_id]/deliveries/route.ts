import { alertChannels } from "@/lib/alerts";
import { listDeliveries } from "@/lib/alerts/contract.channels";
import { route } from "@/lib/http";

export const GET = route({
  contract: listDeliveries,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params }) => {
    const deliveries = await alertChannels.deliveries(actor, params.channel_id);
    return { deliveries, count: deliveries.length };
  },
});
