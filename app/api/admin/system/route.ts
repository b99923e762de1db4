import { route } from "@/lib/http";
import { system } from "@/lib/system";
import { systemInfo } from "@/lib/system/contract";

export const GET = route({
  contract: systemInfo,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => system.info(actor),
});
