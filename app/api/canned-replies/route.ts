import { createCannedReply, listCannedReplies } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listCannedReplies,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: async ({ app: { cannedReplies }, actor }) => {
    const replies = await cannedReplies.list(actor);
    return { replies, count: replies.length };
  },
});

export const POST = route({
  contract: createCannedReply,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: async ({ app: { cannedReplies }, actor, body }) => ({
    success: true as const,
    reply: await cannedReplies.create(actor, body),
  }),
});
