import { alertChannels } from "@/lib/alerts";
import { testChannel } from "@/lib/alerts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: testChannel,
  auth: ["user"],
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, params }) => alertChannels.test(actor, params.channel_id),
});
