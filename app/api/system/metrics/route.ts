import { route } from "@/lib/edge/http";
import { getMachineMetrics } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getMachineMetrics,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { systemMetrics } }) => systemMetrics(),
});
