import { route } from "@/lib/http";
import { cannedReplies } from "@/lib/tickets";
import { deleteCannedReply, updateCannedReply } from "@/lib/tickets/contract.desk";

export const PUT = route({
  contract: updateCannedReply,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: async ({ actor, params, body }) => ({
    success: true as const,
    reply: await cannedReplies.update(actor, params.reply_id, body),
  }),
});

export const DELETE = route({
  contract: deleteCannedReply,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: async ({ actor, params }) => {
    await cannedReplies.remove(actor, params.reply_id);
    return { success: true as const };
  },
});
