import { route } from "@/lib/edge/http";
import { system } from "@/lib/operations/system";
import { systemInfo } from "@/lib/operations/system/contract";

export const GET = route({
  contract: systemInfo,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => system.info(actor),
});
