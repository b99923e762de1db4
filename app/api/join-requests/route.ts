import { route } from "@/lib/edge/http";
import { listJoinRequests } from "@/lib/fleet/bots/contract.joining";

export const GET = route({
  contract: listJoinRequests,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor }) => {
    const requests = await bots.joinRequests(actor);
    return { requests, count: requests.length };
  },
});
