import { bots } from "@/lib/bots";
import { listJoinRequests } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: listJoinRequests,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: async ({ actor }) => {
    const requests = await bots.joinRequests(actor);
    return { requests, count: requests.length };
  },
});
