/**
 * The spans of this process. lib/edge/exports sets `start` where OTEL_EXPORTER_OTLP_ENDPOINT is set; elsewhere
 * OpenTelemetry's SDK is not loaded, and a place that could begin a span only reads an empty field.
 */
import { env } from "./env";

type SpanKind = "server" | "producer" | "internal";
type SpanValues = Record<string, string | number | boolean | undefined>;

export type Span = {
  /** Names the span to others, as W3C Trace Context writes it: the next span of the trace has it as its parent. */
  traceparent: string;
  /** Ends the span now. */
  end(outcome?: { values?: SpanValues; isFailed?: boolean }): void;
};

export type SpanOptions = {
  kind: SpanKind;
  /** The traceparent of the span that caused this one. Without one, or with one that cannot be read, a new trace begins. */
  parent?: string | null;
  /** The time of its begin (epoch ms); now by default. */
  from?: number;
  values?: SpanValues;
};

/** True if this process exports traces. Only then commands keep the span that queued them. */
export const isTraced =
  env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && !env.OTEL_SDK_DISABLED && env.OTEL_TRACES_EXPORTER === "otlp";

export const tracing: { start?: (name: string, options: SpanOptions) => Span } = {};
