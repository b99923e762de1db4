import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { logger, logToFile } from "./logger";

const dir = mkdtempSync(join(tmpdir(), "muster-logger-"));
const { level } = logger;
afterAll(() => {
  logger.level = level;
  rmSync(dir, { recursive: true, force: true });
});

it("writes one JSON object a line with the time in UTC, also for values with line breaks, and hides secrets", () => {
  logToFile(dir);
  // Unit tests are silent.
  logger.level = "error";
  const name = 'eve\n{"level":50,"msg":"forged"}\r\u2028';
  logger.error({ name, headers: { authorization: "Bearer secret" } }, "a request failed");
  const lines = readFileSync(join(dir, "muster.log"), "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    ...{ time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/), name, msg: "a request failed" },
    headers: { authorization: "[Redacted]" },
  });
});
