import { route } from "@/lib/http";
import { system } from "@/lib/system";
import { clearCache } from "@/lib/system/contract";

export const DELETE = route({
  contract: clearCache,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => system.clearCache(actor),
});
