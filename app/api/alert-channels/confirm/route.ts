import { alertChannels } from "@/lib/alerts";
import { confirmChannel } from "@/lib/alerts/contract.channels";
import { route } from "@/lib/http";

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
