import { route } from "@/lib/edge/http";
import { getSystemInfo } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getSystemInfo,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { system }, actor }) => system.info(actor),
});
