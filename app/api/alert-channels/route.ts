import { route } from "@/lib/edge/http";
import { createAlertChannel, listAlertChannels } from "@/lib/operations/alerts/channels/contract";

export const GET = route({
  contract: listAlertChannels,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app, actor, query }) => app.alertChannels.list(actor, query),
});

export const POST = route({
  contract: createAlertChannel,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app, actor, body }) => ({
    success: true as const,
    ...(await app.alertChannels.create(actor, body)),
  }),
});
