/** A receiver of OTLP over HTTP with JSON, as the OpenTelemetry Collector has one on port 4318. */
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { Json } from "../api";

export type OtlpSpan = {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes: Record<string, unknown>;
  failed: boolean;
};
export type OtlpLog = { body: string; severity: string; traceId?: string; attributes: Record<string, unknown> };
type Metric = Json;

const readValue = (value: Json): unknown => {
  if (value?.arrayValue) return value.arrayValue.values.map(readValue);
  if (value?.kvlistValue) return attributesOf(value.kvlistValue.values);
  return value && Object.values(value)[0];
};
const attributesOf = (list: Json[] = []) =>
  Object.fromEntries(list.map(({ key, value }: Json) => [key, readValue(value)]));

export async function otlpStandin() {
  const spans: OtlpSpan[] = [];
  const logs: OtlpLog[] = [];
  const metrics = new Map<string, Metric>();
  const resources: Record<string, unknown>[] = [];
  const headers: Record<string, unknown>[] = [];

  const receive: Record<string, (body: Json) => void> = {
    "/v1/traces": ({ resourceSpans }) => {
      for (const { resource, scopeSpans } of resourceSpans) {
        resources.push(attributesOf(resource.attributes));
        for (const span of scopeSpans.flatMap((scope: Json) => scope.spans))
          spans.push({ ...span, attributes: attributesOf(span.attributes), failed: span.status?.code === 2 });
      }
    },
    "/v1/metrics": ({ resourceMetrics }) => {
      for (const { scopeMetrics } of resourceMetrics)
        for (const metric of scopeMetrics.flatMap((scope: Json) => scope.metrics)) metrics.set(metric.name, metric);
    },
    "/v1/logs": ({ resourceLogs }) => {
      for (const { scopeLogs } of resourceLogs)
        for (const record of scopeLogs.flatMap((scope: Json) => scope.logRecords))
          logs.push({
            ...{ body: readValue(record.body) as string, severity: record.severityText, traceId: record.traceId },
            attributes: attributesOf(record.attributes),
          });
    },
  };
  const server = createServer(async (req, res) => {
    const known = receive[req.url ?? ""];
    headers.push(req.headers);
    if (!known || req.method !== "POST" || req.headers["content-type"] !== "application/json") {
      res.writeHead(415).end();
      return;
    }
    known(JSON.parse(await text(req)));
    res.writeHead(200, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ spans, logs, metrics, resources, headers },
    /** The points of a metric with their labels. */
    points(name: string): Json[] {
      const metric = metrics.get(name);
      const { dataPoints = [] } = metric?.sum ?? metric?.gauge ?? metric?.histogram ?? {};
      return dataPoints.map((point: Json) => ({ ...point, labels: attributesOf(point.attributes) }));
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
