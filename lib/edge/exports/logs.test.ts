import type { Logger, LogRecord } from "@opentelemetry/api";
import { expect, it } from "vitest";
import { createLogStream } from "./logs";

function record(line: string, failures = { isReporting: false }): LogRecord[] {
  const emitted: LogRecord[] = [];
  const logger = { emit: (one: LogRecord) => emitted.push(one) } as unknown as Logger;
  createLogStream(logger, failures).write(line);
  return emitted;
}

it("keeps the digits of ids in a line of the log", () => {
  const line = `{"level":40,"time":"2026-12-01T03:00:00.000Z","msg":"slow","ids":[418870233000000123],"ms":12}`;
  expect(record(line)).toEqual([
    expect.objectContaining({
      ...{ severityText: "WARN", body: "slow", timestamp: new Date("2026-12-01T03:00:00Z") },
      attributes: { ids: ["418870233000000123"], ms: 12 },
    }),
  ]);
});

it("leaves out lines about failed exports", () => {
  expect(record(`{"level":40,"time":"2026-12-01T03:00:00.000Z"}`, { isReporting: true })).toEqual([]);
});
