import { route } from "@/lib/edge/http";
import { systemMetrics } from "@/lib/operations/system";
import { machineMetrics } from "@/lib/operations/system/contract";

export const GET = route({
  contract: machineMetrics,
  auth: ["user"],
  rateLimit: "rest",
  handle: () => systemMetrics(),
});
