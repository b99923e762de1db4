/** The server's own log as records of OpenTelemetry. Secrets are already hidden in the lines that arrive here. */
import { type Attributes, type Logger, SeverityNumber } from "@opentelemetry/api";
import { currentContext } from "@/lib/core/acts";
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

/**
 * Returns a stream for the logger. A line that is written while a request is answered belongs to the request's trace.
 *
 * @param failures lines about failed exports are not exported, because each would fail too
 */
export const createLogStream = (logger: Logger, failures: { isReporting: boolean }) => ({
  write(text: string): void {
    if (failures.isReporting) return;
    const { level, time, msg, ...attributes } = JSON.parse(text) as Line;
    const [severityNumber, severityText] = SEVERITIES[level] ?? [];
    logger.emit({
      ...{ timestamp: new Date(time), severityNumber, severityText, body: msg, attributes },
      context: contextOf(currentContext()?.traceparent),
    });
  },
});
