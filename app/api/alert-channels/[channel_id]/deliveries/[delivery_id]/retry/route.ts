import { alertChannels } from "@/lib/alerts";
import { retryDelivery } from "@/lib/alerts/contract.channels";
import { route } from "@/lib/http";

export const POST = route({
  contract: retryDelivery,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params }) => {
    await alertChannels.retry(actor, params.channel_id, params.delivery_id);
    return { success: true as const };
  },
});
