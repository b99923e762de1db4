import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { previewBroadcast } from "@/lib/notifications/contract";

export const GET = route({
  contract: previewBroadcast,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => notifications.preview(actor),
});
