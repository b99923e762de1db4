import { route } from "@/lib/edge/http";
import { createAlertChannel, listAlertChannels } from "@/lib/operations/alerts/channels/contract";

export const GET = route({
  contract: listAlertChannels,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertChannels }, actor }) => {
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
  handle: async ({ app: { alertChannels }, actor, body }) => ({
    success: true as const,
    ...(await alertChannels.create(actor, body)),
  }),
});
