import { route } from "@/lib/http";
import { system } from "@/lib/system";
import { systemStatus } from "@/lib/system/contract";

export const GET = route({
  contract: systemStatus,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => system.status(actor),
});
