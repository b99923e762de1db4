import { alertChannels } from "@/lib/alerts";
import { createChannel, listChannels } from "@/lib/alerts/contract.channels";
import { route } from "@/lib/http";

export const GET = route({
  contract: listChannels,
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
  contract: createChannel,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, body }) => ({ success: true as const, ...(await alertChannels.create(actor, body)) }),
});
