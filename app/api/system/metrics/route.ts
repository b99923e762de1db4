import { route } from "@/lib/http";
import { systemMetrics } from "@/lib/system";
import { machineMetrics } from "@/lib/system/contract";

export const GET = route({
  contract: machineMetrics,
  auth: ["user"],
  rateLimit: "rest",
  handle: () => systemMetrics(),
});
