import { route } from "@/lib/edge/http";
import { systemMetrics } from "@/lib/operations/system";
import { getMachineMetrics } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getMachineMetrics,
  auth: ["user"],
  rateLimit: "rest",
  handle: () => systemMetrics(),
});
