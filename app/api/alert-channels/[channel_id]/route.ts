import { route } from "@/lib/edge/http";
import { deleteAlertChannel, getAlertChannel, updateAlertChannel } from "@/lib/operations/alerts/channels/contract";

export const GET = route({
  contract: getAlertChannel,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertChannels }, actor, params }) => ({
    channel: await alertChannels.get(actor, params.channel_id),
  }),
});

export const PATCH = route({
  contract: updateAlertChannel,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertChannels }, actor, params, body, version }) => ({
    success: true as const,
    channel: await alertChannels.update(actor, params.channel_id, body, version),
  }),
});

export const DELETE = route({
  contract: deleteAlertChannel,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertChannels }, actor, params }) => {
    await alertChannels.remove(actor, params.channel_id);
    return { success: true as const };
  },
});
