/** Contract of the figures for monitoring. Source: document 002 "GET /metrics". */
import { z } from "zod";
import type { Operation } from "@/lib/core/contract";

export const getMetrics = {
  id: "getMetrics",
  method: "GET",
  path: "/metrics",
  summary: "Get metrics for Prometheus",
  description:
    "Text format. For admins; give Prometheus METRICS_TOKEN, a bearer that reads this and nothing else, or a read-only API key of an admin. `OPEN_METRICS=true` opens it to anyone who can reach the port. Counters cover the responding process; values from the database are the same in all processes. docs/monitoring has a dashboard and alert rules.",
  document: "002 Dashboard Endpoints: GET /metrics",
  response: z.unknown(),
  alsoProduces: ["text/plain; version=0.0.4; charset=utf-8"],
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
