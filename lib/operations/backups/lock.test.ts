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

it.each(["is free", "was left by a dead process"])("is taken once when eight try and it %s", async (state) => {
  for (let round = 0; round < 30; round++) {
    if (state !== "is free") writeFileSync(join(folder, ".progress.json"), JSON.stringify(WORK));
    const attempts = Array.from({ length: 8 }, () => createLock(folder, Date.now).take(WORK, () => {}));
    const results = await Promise.allSettled(attempts);
    const taken = results.flatMap((result): Lock[] => (result.status === "fulfilled" ? [result.value] : []));
    const codes = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
    expect([taken.length, new Set(codes)]).toEqual([1, new Set(["CONFLICT"])]);
    await taken[0]!.release();
    expect(readdirSync(folder).filter((name) => name.startsWith(".progress"))).toEqual([]);
  }
});

it("tells what is under way while it is held, and nothing once its holder has died", async () => {
  const [holder, other] = [createLock(folder, Date.now), createLock(folder, Date.now)];
  const lock = await holder.take(WORK, () => {});
  lock.report({ phase: "packing" });
  await expect.poll(() => other.current()).toMatchObject({ filename: "x", phase: "packing" });
  await lock.release();
  writeFileSync(join(folder, ".progress.json"), JSON.stringify(WORK));
  expect(await other.current()).toBeNull();
});
