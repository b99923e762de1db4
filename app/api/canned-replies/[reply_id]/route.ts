import { deleteCannedReply, getCannedReply, updateCannedReply } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getCannedReply,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: async ({ app: { cannedReplies }, actor, params }) => ({
    reply: await cannedReplies.get(actor, params.reply_id),
  }),
});

export const PUT = route({
  contract: updateCannedReply,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: async ({ app: { cannedReplies }, actor, params, body, version }) => ({
    success: true as const,
    reply: await cannedReplies.update(actor, params.reply_id, body, version),
  }),
});

export const DELETE = route({
  contract: deleteCannedReply,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: async ({ app: { cannedReplies }, actor, params }) => {
    await cannedReplies.remove(actor, params.reply_id);
    return { success: true as const };
  },
});
