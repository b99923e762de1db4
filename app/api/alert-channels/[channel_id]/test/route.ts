import { alertChannels } from "@/lib/alerts";
import { testChannel } from "@/lib/alerts/contract.channels";
import { route } from "@/lib/http";

export const POST = route({
  contract: testChannel,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, params }) => alertChannels.test(actor, params.channel_id),
});
