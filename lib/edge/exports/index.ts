/**
 * Sends what this server measures to other programs: traces, metrics and the server's log by OTLP, metrics by DogStatsD.
 * Without an address nothing of it is loaded (docs/decisions/047-telemetry.md).
 */
import { env } from "@/lib/core/env";
import type { MetricsRoom } from "@/lib/edge/metrics";

/** Builds the room. Call once per process. */
export function createExports({ metrics }: MetricsRoom) {
  const running: (() => Promise<void>)[] = [];
  return {
    exportJobs: {
      async start(): Promise<void> {
        if (env.OTEL_EXPORTER_OTLP_ENDPOINT && !env.OTEL_SDK_DISABLED)
          running.push((await import("./otlp")).startOtlp(metrics.read));
        if (env.DOGSTATSD_ADDR)
          running.push((await import("./dogstatsd")).startDogStatsd(env.DOGSTATSD_ADDR, metrics.read));
      },
      /** Sends what was collected, for as long as the receiver answers quickly, and ends. */
      async stop(): Promise<void> {
        await Promise.all(running.splice(0).map((end) => end()));
      },
    },
  };
}
