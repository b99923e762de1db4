import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { listBroadcasts } from "@/lib/notifications/contract";

export const GET = route({
  contract: listBroadcasts,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor, query }) => notifications.broadcasts(actor, query),
});
