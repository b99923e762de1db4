import { previewBroadcast } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: previewBroadcast,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor }) => notifications.preview(actor),
});
