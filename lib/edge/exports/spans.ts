/** Spans of OpenTelemetry behind the small interface of lib/core/tracing.ts. */
import {
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";
import type { Span, SpanOptions } from "@/lib/core/tracing";

const KINDS = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, internal: SpanKind.INTERNAL };

/** Returns the context of a traceparent that another program may have written; an unreadable one counts as none. */
export function contextOf(traceparent: string | null | undefined): Context {
  const parent = traceparent ? parseTraceParent(traceparent) : null;
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext) =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;

export const createStart =
  (tracer: Tracer) =>
  (name: string, { kind, parent, from, values }: SpanOptions): Span => {
    const span = tracer.startSpan(name, { kind: KINDS[kind], startTime: from, attributes: values }, contextOf(parent));
    return {
      traceparent: traceparentOf(span.spanContext()),
      end({ values: more, isFailed } = {}) {
        if (more) span.setAttributes(more);
        if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  };
