/** OpenTelemetry: what is sent by OTLP over HTTP, as JSON. The exporters read the standard variables of addresses and headers. */
import { DiagLogLevel, diag } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { bus } from "@/lib/core/bus";
import { type Env, env } from "@/lib/core/env";
import { addLogStream, logger } from "@/lib/core/log/logger";
import { VERSION } from "@/lib/core/startup/version";
import { tracing } from "@/lib/core/tracing";
import type { Reading } from "@/lib/edge/metrics";
import { followCommands } from "./commands";
import { createLogStream } from "./logs";
import { createProducer } from "./metrics";
import { createStart } from "./spans";

/** A receiver that does not answer may delay the end of the process by this long. */
const LAST_EXPORT_MS = 3_000;
/** Failures to send are logged at most this often. */
const QUIET_MS = 60_000;

/** Returns the sampler that OTEL_TRACES_SAMPLER names; the library leaves that variable to its users. */
function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share }: Env): Sampler {
  const root = name.endsWith("always_off")
    ? new AlwaysOffSampler()
    : name.endsWith("traceidratio")
      ? new TraceIdRatioBasedSampler(share)
      : new AlwaysOnSampler();
  return name.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

const resourceOf = () =>
  defaultResource()
    .merge(resourceFromAttributes({ "service.name": "muster", "service.version": VERSION }))
    .merge(
      detectResources({
        detectors: [serviceInstanceIdDetector, resourceAttributesEnvDetector, serviceNameEnvDetector],
      }),
    );

/** Logs what the library reports about itself. `isReporting` is true meanwhile, so that the line is not exported too. */
function reportFailures() {
  const state = { isReporting: false };
  let quietUntil = 0;
  const report = (problem: string) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + QUIET_MS;
    state.isReporting = true;
    logger.warn({ problem }, "telemetry was not sent");
    state.isReporting = false;
  };
  const ignore = () => {};
  diag.setLogger(
    { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return state;
}

/**
 * Starts to send.
 *
 * @param read reads all metrics as Prometheus would get them
 * @returns a function that sends the rest and stops
 */
export function startOtlp(read: () => Promise<Reading[]>): () => Promise<void> {
  const resource = resourceOf();
  const failures = reportFailures();
  const ends: (() => Promise<void>)[] = [];
  if (env.OTEL_TRACES_EXPORTER === "otlp") {
    const spanProcessors = [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })];
    const provider = new TracerProvider({ resource, sampler: samplerOf(env), spanProcessors });
    tracing.start = createStart(provider.getTracer("muster", VERSION));
    const unfollow = followCommands(bus);
    ends.push(() => {
      unfollow();
      tracing.start = undefined;
      return provider.shutdown();
    });
  }
  if (env.OTEL_METRICS_EXPORTER === "otlp") {
    const reader = new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(),
      exportIntervalMillis: env.OTEL_METRIC_EXPORT_INTERVAL,
      metricProducers: [createProducer(read)],
    });
    const provider = new MeterProvider({ resource, readers: [reader] });
    ends.push(() => provider.shutdown());
  }
  if (env.OTEL_LOGS_EXPORTER === "otlp") {
    const processors = [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })];
    const provider = new LoggerProvider({ resource, processors });
    const removeStream = addLogStream(createLogStream(provider.getLogger("muster", VERSION), failures));
    ends.push(() => {
      removeStream();
      return provider.shutdown();
    });
  }
  return async () => {
    const timeout = new Promise<void>((resolve) => void setTimeout(resolve, LAST_EXPORT_MS).unref());
    await Promise.race([Promise.allSettled(ends.map((end) => end())), timeout]);
  };
}
