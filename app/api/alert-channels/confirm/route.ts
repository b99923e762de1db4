import { route } from "@/lib/edge/http";
import { alertChannels } from "@/lib/operations/alerts";
import { confirmChannel } from "@/lib/operations/alerts/channels/contract";

export const POST = route({
  contract: confirmChannel,
  auth: ["public"],
  feature: "alerts",
  rateLimit: "auth",
  dialect: "mltb",
  handle: async ({ body }) => {
    await alertChannels.confirm(body.token);
    return { success: true as const };
  },
});
