import { route } from "@/lib/edge/http";
import { alertChannels } from "@/lib/operations/alerts";
import { createAlertChannel, listAlertChannels } from "@/lib/operations/alerts/channels/contract";

export const GET = route({
  contract: listAlertChannels,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor }) => {
    const channels = await alertChannels.list(actor);
    return { channels, count: channels.length };
  },
});

export const POST = route({
  contract: createAlertChannel,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, body }) => ({ success: true as const, ...(await alertChannels.create(actor, body)) }),
});
