import { route } from "@/lib/edge/http";
import { clearCache } from "@/lib/operations/system/contract";

export const DELETE = route({
  contract: clearCache,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app: { system }, actor }) => system.clearCache(actor),
});
