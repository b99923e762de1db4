/** The files of a transfer: divided, sent on and deleted. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "@/lib/core/errors";
import { databases } from "@/tests/db/databases";

vi.hoisted(() => {
  process.env.OUTBOUND_ALLOW_CIDRS = "127.0.0.2";
});

import { MB, openTransfers, type TransferWorld } from "@/tests/transfer-room";

describe.each(databases)("files of transfers on $provider", (database) => {
  let t: TransferWorld;
  beforeAll(async () => {
    t = await openTransfers(database);
  });
  afterAll(() => t.close());
  beforeEach(() => t.reset());

  it("cuts what is larger than the largest part, and gives any bytes of it", async () => {
    t.limits.maxSplitBytes = MB;
    const size = 2 * MB + 5;
    const { id } = await t.start(`cut?size=${size}`);
    const { files: pieces } = await t.ended(id);
    expect(pieces.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["cut.001", MB],
      ["cut.002", MB],
      ["cut.003", 5],
    ]);
    const whole = t.bytesOf(id, "cut");
    const read = async (part: number | undefined, from: number, to: number) => {
      const file = await t.room.service.file(t.owner, id, part);
      const chunks: Uint8Array[] = [];
      for await (const chunk of await file.read(from, to)) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    expect((await read(3, 0, 5)).equals(whole.subarray(2 * MB))).toBe(true);
    expect((await read(2, 10, 20)).equals(whole.subarray(MB + 10, MB + 20))).toBe(true);
    expect((await read(undefined, 0, size)).equals(whole)).toBe(true);
    await expect(t.room.service.file(t.owner, id, 4)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(t.room.service.file(t.other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("deletes files when their time has come, and folders nobody needs", async () => {
    t.limits.autoDeleteMs = 1;
    const { id } = await t.start("brief?size=1000");
    expect((await t.ended(id)).deleteAt).toBeTruthy();
    await new Promise((done) => setTimeout(done, 5));
    await t.room.jobs.expire();
    expect(existsSync(join(t.dir, id))).toBe(false);
    expect(await t.room.service.get(t.owner, id)).toMatchObject({ status: "completed", files: [], deleteAt: null });
    t.limits.autoDeleteMs = 0;
    const kept = await t.start("kept?size=1000");
    await t.ended(kept.id);
    const lost = await t.start("lost?size=1000");
    await t.ended(lost.id);
    await t.world.run(`DELETE FROM transfer WHERE id = '${lost.id}'`);
    await t.room.jobs.sweep();
    expect([existsSync(join(t.dir, kept.id)), existsSync(join(t.dir, lost.id))]).toEqual([true, false]);
  });

  it("sends files on, part by part, and not twice", async () => {
    t.limits.maxSplitBytes = MB;
    const sent: string[] = [];
    let broken = true;
    t.room = t.open({
      s3: {
        missing: () => undefined,
        async send({ part, arrived }) {
          if (part.name.endsWith("2") && broken) {
            broken = false;
            throw new AppError("BAD_GATEWAY", "The bucket is away");
          }
          sent.push(part.name);
          arrived(part.bytes);
          return `s3://b/${part.name}`;
        },
      },
    });
    const { id } = await t.start(`far?size=${2 * MB}`, { destination: "s3", folderId: "x" });
    expect(await t.ended(id)).toMatchObject({
      status: "completed",
      type: "upload",
      progress: 100,
      files: [
        { href: null, remote: "s3://b/far.001" },
        { href: null, remote: "s3://b/far.002" },
      ],
    });
    expect(sent).toEqual(["far.001", "far.002"]);
    expect(existsSync(join(t.dir, id))).toBe(false);
    expect(await t.room.service.stats(t.owner)).toMatchObject({
      todayDownloads: 1,
      todayUploads: 1,
      totalBytes: 4 * MB,
    });
  });
});
