import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { sendBroadcast } from "@/lib/notifications/contract";

export const POST = route({
  contract: sendBroadcast,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ actor, body }) => notifications.broadcast(actor, body),
});
