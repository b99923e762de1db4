/** The reserve on a disk that is full: given up at SQLite's first refusal, and made again when there is room. */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { databases } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { ingest } from "./ingest";
import { isReserveSpent, isShortOfSpace, keepReserve } from "./reserve";
import { translate } from "./sql";

const folder = mkdtempSync(join(tmpdir(), "muster-reserve-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("refuses masses of rows from the first full disk on, and nothing else, until there is room", async () => {
  const database = await openRoom(databases.find(({ provider }) => provider === "sqlite") ?? databases[0]!);
  const file = join(folder, "muster.db-reserve");
  keepReserve(join(folder, "muster.db"));
  const { size, blocks } = statSync(file);
  expect(blocks * 512).toBeGreaterThanOrEqual(size);
  const mass = ingest.register("test.mass", async (_, jobs: string[]) => jobs, { isMass: true });
  const other = ingest.register("test.other", async (_, jobs: string[]) => jobs);
  expect(await mass("stored")).toBe("stored");

  const full = Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
  expect(translate(full)).toMatchObject({ code: "UNAVAILABLE", retryAfter: 10 });
  expect([isReserveSpent(), existsSync(file)]).toEqual([true, false]);
  await expect(mass("refused")).rejects.toMatchObject({ code: "UNAVAILABLE", status: 503 });
  expect(await other("a session")).toBe("a session");

  const later = performance.now() + 2_000;
  const clock = vi.spyOn(performance, "now").mockReturnValue(later);
  expect(await isShortOfSpace(async () => 0)).toBe(false);
  clock.mockRestore();
  expect([isReserveSpent(), statSync(file).size]).toEqual([false, size]);
  expect(await mass("stored again")).toBe("stored again");
  await database.close();
});
