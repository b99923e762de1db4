/** Fetching on a real database, against a file server that misbehaves as real ones do. */

import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { databases } from "@/tests/db/databases";
import { digestOf } from "@/tests/standins/files";
import { habitsStandin } from "@/tests/standins/habits";

vi.hoisted(() => {
  process.env.OUTBOUND_ALLOW_CIDRS = "127.0.0.2";
});

import { MB, openTransfers, type TransferWorld } from "@/tests/transfer-room";

describe.each(databases)("fetching a file on $provider", (database) => {
  let t: TransferWorld;
  beforeAll(async () => {
    t = await openTransfers(database);
  });
  afterAll(() => t.close());
  beforeEach(() => t.reset());

  it("brings a file by several connections, and checks it", async () => {
    const size = 64 * MB + 17;
    const checksum = `sha256:${digestOf("big", size)}`;
    // Slow enough for the second connection to be answered before the first is there.
    const { id } = await t.start(`big?size=${size}&bps=${40 * MB}`, { checksum });
    expect(await t.ended(id)).toMatchObject({
      status: "completed",
      progress: 100,
      filename: "big",
      sizeBytes: size,
      downloadedBytes: size,
      error: null,
      files: [{ name: "big", bytes: size, part: 1, href: `/api/tasks/${id}/files/1`, remote: null }],
    });
    expect(statSync(join(t.dir, id, "big")).size).toBe(size);
    expect(readdirSync(join(t.dir, id))).toEqual(["big"]);
    expect(t.files.requests.length).toBe(4);
  });

  it.each([
    ["without ranges", "plain?size=300000&ranges=no"],
    ["without a length", "chunked?size=300000&ranges=no&nolength=1"],
    ["without anything to recognise it by", "untagged?size=300000&tag=no"],
    ["of no bytes", "empty?size=0"],
    ["of one byte", "one?size=1"],
    ["that fails at first", "later?size=300000&fail=503&times=2"],
    ["whose connections drop", "drops?size=1000000&drop=200000"],
    ["whose connections drop at first, without ranges", "drops2?size=1000000&drop=200000&drops=3&ranges=no"],
  ])("brings a file %s", async (_what, path) => {
    const { id } = await t.start(path);
    expect(await t.ended(id)).toMatchObject({ status: "completed" });
    const name = path.split("?")[0]!;
    const size = Number(/size=(\d+)/.exec(path)![1]);
    expect(createHash("sha256").update(t.bytesOf(id, name)).digest("hex")).toBe(digestOf(name, size));
  });

  it.each([
    ["404", "/f/gone?size=10&fail=404", /answered 404/],
    ["a length that is never reached", "/f/liar?size=1000&lie=500&ranges=no", /could not be reached|t.ended before/],
    ["too many redirects", "/loop", /redirects more than/],
  ])("fails clearly: %s", async (_what, path, message) => {
    const task = await t.room.service.create(t.owner, { url: t.files.url + path, destination: "local" });
    const end = await t.ended(task.id);
    expect([end.status, end.error, end.files]).toEqual(["failed", expect.stringMatching(message), []]);
  });

  it("gives up, after few requests, on a file whose bytes never survive an attempt", async () => {
    const habits = await habitsStandin();
    const url = `${habits.url}/broken/a.bin`;
    const { id } = await t.room.service.create(t.owner, { url, destination: "local" });
    expect((await t.ended(id)).status).toBe("failed");
    expect(habits.requests.get("broken")!.length).toBeLessThan(60);
    await habits.close();
  });

  it("gives up, after some hundred requests, on a server that sends a few bytes at a time", async () => {
    const { id } = await t.start("drip?size=20000000&drop=10000");
    expect((await t.ended(id)).status).toBe("failed");
    expect(t.files.requests.length).toBeLessThan(150);
  });

  it("refuses a file whose checksum is another, and begins anew when it is tried again", async () => {
    const { id } = await t.start("sum?size=1000", { checksum: `md5:${"0".repeat(32)}` });
    expect((await t.ended(id)).error).toMatch(/checksum does not match: the file's md5 is/);
    t.facts.length = 0;
    await t.room.service.retry(t.owner, id);
    expect((await t.ended(id)).status).toBe("failed");
    expect(t.files.requests.length).toBe(2);
  });

  it("keeps to the bandwidth", async () => {
    t.room = t.open({ rate: 4 * MB });
    const before = performance.now();
    const { id } = await t.start(`slow?size=${2 * MB}`);
    await t.ended(id);
    // Never faster than allowed, however slow the machine is.
    expect(performance.now() - before).toBeGreaterThan(400);
  });
});
