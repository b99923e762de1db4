import { route } from "@/lib/edge/http";
import { system } from "@/lib/operations/system";
import { getSystemInfo } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getSystemInfo,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => system.info(actor),
});
