import { deleteCannedReply, getCannedReply, updateCannedReply } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

const staff = { auth: ["user"], permission: "staff", rateLimit: "rest" } as const;

export const GET = route({
  contract: getCannedReply,
  ...staff,
  handle: async ({ app, actor, params }) => ({ reply: await app.cannedReplies.get(actor, params.reply_id) }),
});

export const PUT = route({
  contract: updateCannedReply,
  ...staff,
  handle: async ({ app: { cannedReplies }, actor, params, body, version }) => ({
    success: true as const,
    reply: await cannedReplies.update(actor, params.reply_id, body, version),
  }),
});

export const DELETE = route({
  contract: deleteCannedReply,
  ...staff,
  handle: ({ app, actor, params }) => app.cannedReplies.remove(actor, params.reply_id),
});
