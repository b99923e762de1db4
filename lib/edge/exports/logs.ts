/** The server's own log as records of OpenTelemetry. Secrets are already hidden in the lines that arrive here. */
import { type Attributes, type Logger, SeverityNumber } from "@opentelemetry/api";
import { currentContext } from "@/lib/core/acts";
import { readJson } from "@/lib/core/format/json";
import { contextOf } from "./spans";

/** The severity of each level of pino. */
const SEVERITIES: Record<number, [SeverityNumber, string]> = {
  10: [SeverityNumber.TRACE, "TRACE"],
  20: [SeverityNumber.DEBUG, "DEBUG"],
  30: [SeverityNumber.INFO, "INFO"],
  40: [SeverityNumber.WARN, "WARN"],
  50: [SeverityNumber.ERROR, "ERROR"],
  60: [SeverityNumber.FATAL, "FATAL"],
};

type Line = { level: number; time: string; msg?: string } & Attributes;

/** Returns a value with integers that a number would round as text: the exporter would leave them out. */
function withTextOfBigints(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(withTextOfBigints);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withTextOfBigints(each)]));
}

/**
 * Returns a stream for the logger. A line that is written while a request is answered belongs to the request's trace.
 *
 * @param failures lines about failed exports are not exported, because each would fail too
 */
export const createLogStream = (logger: Logger, failures: { isReporting: boolean }) => ({
  write(text: string): void {
    if (failures.isReporting) return;
    const { level, time, msg, ...attributes } = withTextOfBigints(readJson(text)) as Line;
    const [severityNumber, severityText] = SEVERITIES[level] ?? [];
    logger.emit({
      ...{ timestamp: new Date(time), severityNumber, severityText, body: msg, attributes },
      context: contextOf(currentContext()?.traceparent),
    });
  },
});
