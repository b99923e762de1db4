/** Transfers that pause, end and take turns, in one process and in another. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { databases } from "@/tests/db/databases";
import { digestOf } from "@/tests/standins/files";

vi.hoisted(() => {
  process.env.OUTBOUND_ALLOW_CIDRS = "127.0.0.2";
});

import { is, MB, openTransfers, type TransferWorld } from "@/tests/transfer-room";

describe.each(databases)("turns of transfers on $provider", (database) => {
  let t: TransferWorld;
  beforeAll(async () => {
    t = await openTransfers(database);
  });
  afterAll(() => t.close());
  beforeEach(() => t.reset());

  it("begins anew when the file changed between two connections", async () => {
    const size = 2 * MB;
    const { id } = await t.start(`moving?size=${size}&hold=${MB}`);
    await t.reportedTask(id, (task) => task.downloadedBytes >= MB);
    await t.room.service.pause(t.owner, id);
    t.files.seeds.set("moving", "moved");
    t.facts.length = 0;
    await t.room.service.resume(t.owner, id);
    const again = setInterval(t.files.release, 20);
    expect(await t.ended(id)).toMatchObject({ status: "completed", sizeBytes: size });
    clearInterval(again);
    expect(createHash("sha256").update(t.bytesOf(id, "moving")).digest("hex")).toBe(digestOf("moved", size));
  });

  it("pauses, and goes on from what is there", async () => {
    const size = 3 * MB;
    const { id } = await t.start(`calm?size=${size}&hold=${2 * MB}`);
    await t.reportedTask(id, (task) => task.downloadedBytes >= 2 * MB);
    expect(await t.room.service.pause(t.owner, id)).toMatchObject({ status: "paused", speed: null, eta: null });
    await expect(t.room.service.pause(t.owner, id)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(t.room.runner.working()).toEqual([]);
    t.facts.length = 0;
    await t.room.service.resume(t.owner, id);
    const again = setInterval(t.files.release, 20);
    const end = await t.ended(id);
    clearInterval(again);
    expect(end.status).toBe("completed");
    const asked = t.files.requests.at(-1)!;
    expect(Number(/bytes=(\d+)-/.exec(asked.range!)![1])).toBeGreaterThanOrEqual(2 * MB);
    expect(asked.ifRange).toMatch(/^"/);
  });

  it("cancels at once, and leaves nothing on the disk", async () => {
    const { id } = await t.start(`endless?size=${40 * MB}&hold=${MB}`);
    await t.reportedTask(id, (task) => task.downloadedBytes > 0);
    expect(existsSync(join(t.dir, id))).toBe(true);
    const { task, removed } = await t.room.service.cancel(t.owner, id);
    expect([task.status, removed, existsSync(join(t.dir, id))]).toEqual(["cancelled", false, false]);
    expect((await t.room.service.get(t.owner, id)).downloadedBytes).toBe(0);
    // A second time takes it out of the list; it is counted all the same.
    expect((await t.room.service.cancel(t.owner, id)).removed).toBe(true);
    await expect(t.room.service.get(t.owner, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await t.room.store.figures([t.owner.user_id])).get(t.owner.user_id)).toMatchObject({ total: 1 });
  });

  it("goes on in another process when the first is gone, and takes nothing from one that lives", async () => {
    const size = 3 * MB;
    const { id } = await t.start(`left?size=${size}&hold=${2 * MB}`);
    await t.reportedTask(id, (task) => task.downloadedBytes >= 2 * MB);
    const second = t.open();
    await second.runner.wake();
    expect(second.runner.working()).toEqual([]);
    // The first stops as a server does: what it had is written down.
    await t.room.runner.stop();
    expect(await second.service.get(t.owner, id)).toMatchObject({
      status: "queued",
      downloadedBytes: expect.any(Number),
    });
    t.facts.length = 0;
    t.room = second;
    const again = setInterval(t.files.release, 20);
    await t.room.runner.wake();
    expect(await t.ended(id)).toMatchObject({ status: "completed", sizeBytes: size });
    clearInterval(again);
    expect(t.files.requests.at(-1)!.range).not.toBe("bytes=0-");
  });

  it("runs only so many at once, the users taking turns", async () => {
    t.limits.maxConcurrent = 2;
    const mine: string[] = [];
    for (let n = 0; n < 6; n++) mine.push((await t.start(`many${n}?size=200000&hold=100000`)).id);
    const theirs = (await t.start("theirs?size=200000&hold=100000", {}, t.other)).id;
    await t.reportedTask(mine[0]!, is("active"));
    await t.reportedTask(mine[1]!, is("active"));
    const again = setInterval(t.files.release, 10);
    await Promise.all([...mine, theirs].map(t.ended));
    clearInterval(again);
    // A user without a running transfer comes before another user's third one.
    const begun = (id: string) => t.facts.findIndex(({ task }) => task?.id === id && task.status === "active");
    expect(begun(theirs)).toBeGreaterThan(-1);
    expect(begun(theirs)).toBeLessThan(begun(mine[2]!));
    expect(t.files.busy.most).toBeLessThanOrEqual(2);
  });
});
