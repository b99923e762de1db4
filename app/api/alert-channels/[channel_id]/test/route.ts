import { route } from "@/lib/edge/http";
import { testAlertChannel } from "@/lib/operations/alerts/channels/contract";

export const POST = route({
  contract: testAlertChannel,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { alertChannels }, actor, params }) => alertChannels.test(actor, params.channel_id),
});
