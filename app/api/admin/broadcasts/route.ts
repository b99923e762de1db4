import { listBroadcasts } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listBroadcasts,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor, query }) => notifications.broadcasts(actor, query),
});
