import { route } from "@/lib/edge/http";
import { system } from "@/lib/operations/system";
import { clearCache } from "@/lib/operations/system/contract";

export const DELETE = route({
  contract: clearCache,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => system.clearCache(actor),
});
