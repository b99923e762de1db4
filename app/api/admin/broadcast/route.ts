import { sendBroadcast } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: sendBroadcast,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor, body }) => notifications.broadcast(actor, body),
});
