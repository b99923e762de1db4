/** Document 002's own dashboard and metrics, wired to the rooms they are views of. */
import { now } from "@/lib/core/clock";
import type { SystemRoom } from "@/lib/operations/system";
import type { TransfersRoom } from "@/lib/operations/transfers";
import { createDashboard } from "./service";

export { createOriginalFigures } from "./figures";
export { localConfig, localStats, localUsers } from "./local";

/** Builds the room. Call once per process. */
export const createMltb = ({ tasks, systemMetrics }: TransfersRoom & SystemRoom) => ({
  dashboard: createDashboard({ tasks, machine: systemMetrics, uptime: process.uptime, now }),
});
