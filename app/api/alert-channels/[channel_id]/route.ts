import { route } from "@/lib/edge/http";
import { deleteAlertChannel, getAlertChannel, updateAlertChannel } from "@/lib/operations/alerts/channels/contract";

const access = { auth: ["user"], feature: "alerts", rateLimit: "rest", dialect: "mltb" } as const;

export const GET = route({
  contract: getAlertChannel,
  ...access,
  handle: async ({ app, actor, params }) => ({ channel: await app.alertChannels.get(actor, params.channel_id) }),
});

export const PATCH = route({
  contract: updateAlertChannel,
  ...access,
  handle: async ({ app, actor, params, body, version }) => ({
    ...{ success: true as const, channel: await app.alertChannels.update(actor, params.channel_id, body, version) },
  }),
});

export const DELETE = route({
  contract: deleteAlertChannel,
  ...access,
  handle: ({ app, actor, params }) =>
    app.alertChannels.remove(actor, params.channel_id).then(() => ({ success: true as const })),
});
