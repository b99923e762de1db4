/** One at a time, however many try at once and whatever a dead process left. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Work } from "./contract";
import { createLock, type Lock } from "./lock";

const WORK: Work = { kind: "create", filename: "x", phase: "", share: null, started_at: "" };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each(["a free", "a stale", "a broken"])("%s lock is one's alone", async (kind) => {
  for (let round = 0; round < 30; round++) {
    if (kind === "a stale")
      writeFileSync(join(folder, ".lock"), JSON.stringify({ id: "dead", at: Date.now() - 3_600_000, work: WORK }));
    if (kind === "a broken") writeFileSync(join(folder, ".lock"), "{");
    const tries = Array.from({ length: 8 }, () => createLock(folder, Date.now).take(WORK, () => {}));
    const results = await Promise.allSettled(tries);
    const taken = results.flatMap((one): Lock[] => (one.status === "fulfilled" ? [one.value] : []));
    const codes = results.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect([taken.length, new Set(codes)]).toEqual([1, new Set(["CONFLICT"])]);
    await taken[0]!.release();
    expect(readdirSync(folder)).toEqual([]);
  }
});
