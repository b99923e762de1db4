/** Transfers on a real database, against a file server that misbehaves as real ones do. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { databases } from "@/tests/db/databases";
import { digestOf, type FilesStandin, filesStandin } from "@/tests/standins/files";
import { habitsStandin } from "@/tests/standins/habits";

vi.hoisted(() => {
  process.env.OUTBOUND_ALLOW_CIDRS = "127.0.0.2";
});

import type { Emit } from "@/lib/core/bus";
import { newId } from "@/lib/core/ids";
import { parseUrl, refuseForbidden } from "@/lib/core/outbound/index";
import { openWorld, type World } from "@/tests/accounts";
import type { Task, TaskStatus } from "./contract";
import { createThrottle } from "./fetch/throttle";
import { createTaskJobs } from "./jobs";
import { createRunner } from "./runner";
import type { Sender } from "./send/sender";
import { createTaskService } from "./service";
import { createContactService } from "./service.contacts";
import { createTaskStore } from "./store";
import { createContactStore } from "./store.contacts";
import { createEngineStore } from "./store.engine";
import { createTorrents } from "./torrent/download";

const MB = 1_048_576;

describe.each(databases)("transfers on $provider", (database) => {
  let world: World;
  let files: FilesStandin;
  let dir: string;
  let owner: Actor;
  let other: Actor;
  let admin: Actor;
  let moderator: Actor;
  let room: ReturnType<typeof open>;
  const limits = { maxConcurrent: 3, maxSplitBytes: 2 ** 31, autoDeleteMs: 0 };
  const facts: { name: string; task?: Task }[] = [];
  const waiting = new Set<() => void>();

  /** The room as one process has it. */
  function open(over: { me?: string; maxBytes?: number; rate?: number; s3?: Partial<Sender> } = {}) {
    const emit: Emit = (name, fact) => {
      facts.push({ name, task: (fact as { task?: Task }).task });
      for (const look of waiting) look();
    };
    const store = createTaskStore();
    const engine = createEngineStore();
    const now = () => Date.now();
    const s3: Sender = { missing: () => "s3 is not set up", send: async () => "s3://b/k", ...over.s3 };
    const torrents = createTorrents({ aria2: undefined, pollMs: 10, stallMs: 1_000 });
    const senders = { gdrive: { ...s3, missing: () => "gdrive is not set up" }, s3 };
    const runner = createRunner({
      ...{ store: engine, emit, now, me: over.me ?? newId("me"), senders, torrents, connections: 4, retryMs: 5 },
      settings: async () => limits,
      throttle: createThrottle(over.rate ?? 0),
      bytesPerS: 0,
      wakeLater: (ms) => void setTimeout(() => void runner.wake(), ms),
      maxBytes: over.maxBytes ?? 2 ** 40,
      log: { warn: (about, text) => expect.unreachable(`${text} ${JSON.stringify(about)}`) },
    });
    const service = createTaskService({
      ...{ store, runner, senders, torrents, emit, now, newId: () => newId("task") },
      refuseForbidden: (url) => refuseForbidden(parseUrl(url), 2_000),
      accountOf: async (actor, id) => {
        const { user_id } = other as { user_id: number };
        return actor === admin && id === String(user_id) ? user_id : null;
      },
      downloadDir: async () => dir,
    });
    const jobs = createTaskJobs({
      ...{ engine, runner, torrents, emit, now },
      downloadDir: async () => dir,
      log: { warn: () => {} },
    });
    return { runner, service, jobs, store, engine };
  }

  /** Resolves with the first told state of a task that fits. */
  function reportedTask(id: string, fits: (task: Task) => boolean): Promise<Task> {
    return new Promise((resolve) => {
      const look = () => {
        const found = facts.findLast(({ task }) => task?.id === id && fits(task))?.task;
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  }
  const ended = (id: string) => reportedTask(id, ({ status }) => ["completed", "failed", "cancelled"].includes(status));
  const is = (status: TaskStatus) => (task: Task) => task.status === status;
  const start = (path: string, over: object = {}, actor = owner) =>
    room.service.create(actor, { url: `${files.url}/f/${path}`, destination: "local", ...over });
  const bytesOf = (id: string, name: string) => readFileSync(join(dir, id, name));

  beforeAll(async () => {
    world = await openWorld(database);
    [owner, other] = [(await world.someone()).actor, (await world.someone()).actor];
    [admin, moderator] = [(await world.someone("admin")).actor, (await world.someone("moderator")).actor];
    files = await filesStandin();
    dir = await mkdtemp(join(tmpdir(), "muster-tasks-"));
  });
  afterAll(async () => {
    await files.close();
    await world.close();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await room?.runner.stop();
    await world.run("DELETE FROM transfer");
    facts.length = 0;
    files.requests.length = 0;
    files.busy.most = 0;
    Object.assign(limits, { maxConcurrent: 3, maxSplitBytes: 2 ** 31, autoDeleteMs: 0 });
    room = open();
  });

  it("brings a file by several connections, and checks it", async () => {
    const size = 64 * MB + 17;
    const checksum = `sha256:${digestOf("big", size)}`;
    // Slow enough for the second connection to be answered before the first is there.
    const { id } = await start(`big?size=${size}&bps=${40 * MB}`, { checksum });
    expect(await ended(id)).toMatchObject({
      status: "completed",
      progress: 100,
      filename: "big",
      sizeBytes: size,
      downloadedBytes: size,
      error: null,
      files: [{ name: "big", bytes: size, part: 1, href: `/api/tasks/${id}/files/1`, remote: null }],
    });
    expect(statSync(join(dir, id, "big")).size).toBe(size);
    expect(readdirSync(join(dir, id))).toEqual(["big"]);
    expect(files.requests.length).toBe(4);
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
    const { id } = await start(path);
    expect(await ended(id)).toMatchObject({ status: "completed" });
    const name = path.split("?")[0]!;
    const size = Number(/size=(\d+)/.exec(path)![1]);
    const { createHash } = await import("node:crypto");
    expect(createHash("sha256").update(bytesOf(id, name)).digest("hex")).toBe(digestOf(name, size));
  });

  it.each([
    ["404", "/f/gone?size=10&fail=404", /answered 404/],
    ["a length that is never reached", "/f/liar?size=1000&lie=500&ranges=no", /could not be reached|ended before/],
    ["too many redirects", "/loop", /redirects more than/],
  ])("fails clearly: %s", async (_what, path, message) => {
    const task = await room.service.create(owner, { url: files.url + path, destination: "local" });
    const end = await ended(task.id);
    expect([end.status, end.error, end.files]).toEqual(["failed", expect.stringMatching(message), []]);
  });

  it("gives up, after few requests, on a file whose bytes never survive an attempt", async () => {
    const habits = await habitsStandin();
    const url = `${habits.url}/broken/a.bin`;
    const { id } = await room.service.create(owner, { url, destination: "local" });
    expect((await ended(id)).status).toBe("failed");
    expect(habits.requests.get("broken")!.length).toBeLessThan(60);
    await habits.close();
  });

  it("gives up, after some hundred requests, on a server that sends a few bytes at a time", async () => {
    const { id } = await start("drip?size=20000000&drop=10000");
    expect((await ended(id)).status).toBe("failed");
    expect(files.requests.length).toBeLessThan(150);
  });

  it("refuses a file whose checksum is another, and begins anew when it is tried again", async () => {
    const { id } = await start("sum?size=1000", { checksum: `md5:${"0".repeat(32)}` });
    expect((await ended(id)).error).toMatch(/checksum does not match: the file's md5 is/);
    facts.length = 0;
    await room.service.retry(owner, id);
    expect((await ended(id)).status).toBe("failed");
    expect(files.requests.length).toBe(2);
  });

  it("begins anew when the file changed between two connections", async () => {
    const size = 2 * MB;
    const { id } = await start(`moving?size=${size}&hold=${MB}`);
    await reportedTask(id, (task) => task.downloadedBytes >= MB);
    await room.service.pause(owner, id);
    files.seeds.set("moving", "moved");
    facts.length = 0;
    await room.service.resume(owner, id);
    const again = setInterval(files.release, 20);
    expect(await ended(id)).toMatchObject({ status: "completed", sizeBytes: size });
    clearInterval(again);
    const { createHash } = await import("node:crypto");
    expect(createHash("sha256").update(bytesOf(id, "moving")).digest("hex")).toBe(digestOf("moved", size));
  });

  it("pauses, and goes on from what is there", async () => {
    const size = 3 * MB;
    const { id } = await start(`calm?size=${size}&hold=${2 * MB}`);
    await reportedTask(id, (task) => task.downloadedBytes >= 2 * MB);
    expect(await room.service.pause(owner, id)).toMatchObject({ status: "paused", speed: null, eta: null });
    await expect(room.service.pause(owner, id)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(room.runner.working()).toEqual([]);
    facts.length = 0;
    await room.service.resume(owner, id);
    const again = setInterval(files.release, 20);
    const end = await ended(id);
    clearInterval(again);
    expect(end.status).toBe("completed");
    const asked = files.requests.at(-1)!;
    expect(Number(/bytes=(\d+)-/.exec(asked.range!)![1])).toBeGreaterThanOrEqual(2 * MB);
    expect(asked.ifRange).toMatch(/^"/);
  });

  it("cancels at once, and leaves nothing on the disk", async () => {
    const { id } = await start(`endless?size=${40 * MB}&hold=${MB}`);
    await reportedTask(id, (task) => task.downloadedBytes > 0);
    expect(existsSync(join(dir, id))).toBe(true);
    const { task, removed } = await room.service.cancel(owner, id);
    expect([task.status, removed, existsSync(join(dir, id))]).toEqual(["cancelled", false, false]);
    expect((await room.service.get(owner, id)).downloadedBytes).toBe(0);
    // A second time takes it out of the list; it is counted all the same.
    expect((await room.service.cancel(owner, id)).removed).toBe(true);
    await expect(room.service.get(owner, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await room.store.figures()).get((owner as { user_id: number }).user_id)).toMatchObject({ total: 1 });
  });

  it("goes on in another process when the first is gone, and takes nothing from one that lives", async () => {
    const size = 3 * MB;
    const { id } = await start(`left?size=${size}&hold=${2 * MB}`);
    await reportedTask(id, (task) => task.downloadedBytes >= 2 * MB);
    const second = open();
    await second.runner.wake();
    expect(second.runner.working()).toEqual([]);
    // The first stops as a server does: what it had is written down.
    await room.runner.stop();
    expect(await second.service.get(owner, id)).toMatchObject({
      status: "queued",
      downloadedBytes: expect.any(Number),
    });
    facts.length = 0;
    room = second;
    const again = setInterval(files.release, 20);
    await room.runner.wake();
    expect(await ended(id)).toMatchObject({ status: "completed", sizeBytes: size });
    clearInterval(again);
    expect(files.requests.at(-1)!.range).not.toBe("bytes=0-");
  });

  it("runs only so many at once, the users taking turns", async () => {
    limits.maxConcurrent = 2;
    const mine: string[] = [];
    for (let n = 0; n < 6; n++) mine.push((await start(`many${n}?size=200000&hold=100000`)).id);
    const theirs = (await start("theirs?size=200000&hold=100000", {}, other)).id;
    await reportedTask(mine[0]!, is("active"));
    await reportedTask(mine[1]!, is("active"));
    const again = setInterval(files.release, 10);
    await Promise.all([...mine, theirs].map(ended));
    clearInterval(again);
    // Whoever has nothing at work comes before the third of somebody else.
    const begun = (id: string) => facts.findIndex(({ task }) => task?.id === id && task.status === "active");
    expect(begun(theirs)).toBeGreaterThan(-1);
    expect(begun(theirs)).toBeLessThan(begun(mine[2]!));
    expect(files.busy.most).toBeLessThanOrEqual(2);
  });

  it("cuts what is larger than the largest part, and gives any bytes of it", async () => {
    limits.maxSplitBytes = MB;
    const size = 2 * MB + 5;
    const { id } = await start(`cut?size=${size}`);
    const { files: pieces } = await ended(id);
    expect(pieces.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["cut.001", MB],
      ["cut.002", MB],
      ["cut.003", 5],
    ]);
    const whole = bytesOf(id, "cut");
    const read = async (part: number | undefined, from: number, to: number) => {
      const file = await room.service.file(owner, id, part);
      const chunks: Uint8Array[] = [];
      for await (const chunk of await file.read(from, to)) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    expect((await read(3, 0, 5)).equals(whole.subarray(2 * MB))).toBe(true);
    expect((await read(2, 10, 20)).equals(whole.subarray(MB + 10, MB + 20))).toBe(true);
    expect((await read(undefined, 0, size)).equals(whole)).toBe(true);
    await expect(room.service.file(owner, id, 4)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(room.service.file(other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("deletes files when their time has come, and folders nobody needs", async () => {
    limits.autoDeleteMs = 1;
    const { id } = await start("brief?size=1000");
    expect((await ended(id)).deleteAt).toBeTruthy();
    await new Promise((done) => setTimeout(done, 5));
    await room.jobs.expire();
    expect(existsSync(join(dir, id))).toBe(false);
    expect(await room.service.get(owner, id)).toMatchObject({ status: "completed", files: [], deleteAt: null });
    limits.autoDeleteMs = 0;
    const kept = await start("kept?size=1000");
    await ended(kept.id);
    const lost = await start("lost?size=1000");
    await ended(lost.id);
    await world.run(`DELETE FROM transfer WHERE id = '${lost.id}'`);
    await room.jobs.sweep();
    expect([existsSync(join(dir, kept.id)), existsSync(join(dir, lost.id))]).toEqual([true, false]);
  });

  it("sends files on, part by part, and not twice", async () => {
    limits.maxSplitBytes = MB;
    const sent: string[] = [];
    let broken = true;
    room = open({
      s3: {
        missing: () => undefined,
        async send({ part, arrived }) {
          if (part.name.endsWith("2") && broken) {
            broken = false;
            const { AppError } = await import("@/lib/core/errors");
            throw new AppError("BAD_GATEWAY", "The bucket is away");
          }
          sent.push(part.name);
          arrived(part.bytes);
          return `s3://b/${part.name}`;
        },
      },
    });
    const { id } = await start(`far?size=${2 * MB}`, { destination: "s3", folderId: "x" });
    expect(await ended(id)).toMatchObject({
      status: "completed",
      type: "upload",
      progress: 100,
      files: [
        { href: null, remote: "s3://b/far.001" },
        { href: null, remote: "s3://b/far.002" },
      ],
    });
    expect(sent).toEqual(["far.001", "far.002"]);
    expect(existsSync(join(dir, id))).toBe(false);
    expect(await room.service.stats(owner)).toMatchObject({ todayDownloads: 1, todayUploads: 1, totalBytes: 4 * MB });
  });

  it("refuses what is too large, before and while it comes", async () => {
    room = open({ maxBytes: 1000 });
    const said = await start("large?size=1001");
    expect((await ended(said.id)).error).toMatch(/larger than the 1000 bytes/);
    const unsaid = await start("unsaid?size=500000&ranges=no&nolength=1");
    expect((await ended(unsaid.id)).error).toMatch(/larger than the 1000 bytes/);
  });

  it("refuses what cannot be done, naming the field", async () => {
    const refused = (input: object, field: string) =>
      expect(
        room.service.create(owner, { url: `${files.url}/f/x?size=1`, destination: "local", ...input }),
      ).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field } });
    await refused({ destination: "gdrive" }, "destination");
    await refused({ destination: "s3" }, "destination");
    await refused({ url: "magnet:?xt=urn:btih:0000000000000000000000000000000000000000" }, "url");
    await refused({ url: "ftp://example.org/x" }, "url");
    await refused({ url: "file:///etc/passwd" }, "url");
    await refused({ url: "http://127.0.0.1/x" }, "url");
    await refused({ url: "http://localhost/x" }, "url");
  });

  it("does not follow a redirect into a private network", async () => {
    const task = await room.service.create(owner, {
      url: `${files.url}/redirect?to=${encodeURIComponent("http://127.0.0.1:9/secret")}`,
      destination: "local",
    });
    const end = await ended(task.id);
    expect([end.status, end.error]).toEqual(["failed", expect.stringMatching(/is not a public address/)]);
  });

  it("shows each their own, and staff everybody's", async () => {
    const { id } = await start("own?size=10");
    await ended(id);
    const seen = async (actor: Actor) =>
      (await room.service.list(actor, { limit: 10, offset: 0 })).tasks.map((task) => task.id);
    expect([await seen(owner), await seen(other), await seen(moderator), await seen(admin)]).toEqual([
      [id],
      [],
      [id],
      [id],
    ]);
    await expect(room.service.get(other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(room.service.cancel(other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(room.service.cancel(moderator, id)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await room.service.list(owner, { limit: 10, offset: 0, search: "O_N" })).total).toBe(0);
    expect((await room.service.list(owner, { limit: 10, offset: 0, search: "OWN?" })).total).toBe(1);
    await room.service.cancel(admin, id);
  });

  it("keeps the number a caller names beside its own; an admin acts for a user there is", async () => {
    const theirs = (other as { user_id: number }).user_id;
    expect(await start("a?size=1", { userId: 123456789 })).toMatchObject({ requestedFor: "123456789" });
    expect(await start("a?size=1", { userId: theirs })).toMatchObject({ requestedFor: String(theirs) });
    const made = await start("a?size=1", { userId: theirs }, admin);
    expect([made.user.id, made.requestedFor]).toEqual([theirs, null]);
    expect((await start("a?size=1", { userId: 123456789, username: "grace" })).user).toEqual({
      ...{ id: 123456789, username: "grace" },
    });
    // A later download without the name keeps it.
    expect((await start("a?size=1", { userId: "123456789" })).user.username).toBe("grace");
    const contacts = createContactService(createContactStore());
    expect(await contacts.find(other, "123456789")).toBe(null);
    expect(await contacts.find(moderator, "123456789")).toMatchObject({ username: "grace", figures: { total: 3 } });
    expect((await contacts.list(admin, "GRA")).map(({ id }) => id)).toEqual([123456789]);
    const of = async (actor: Actor, userId: string) =>
      (await room.service.list(actor, { limit: 10, offset: 0, userId })).total;
    expect([await of(owner, "123456789"), await of(other, "123456789"), await of(moderator, String(theirs))]).toEqual([
      ...[3, 0, 2],
    ]);
    await Promise.all([...room.runner.working()].map((id) => ended(id)));
    expect((await room.service.stats(moderator)).topDownloaders.length).toBeGreaterThan(0);
  });

  it("keeps to the bandwidth", async () => {
    room = open({ rate: 4 * MB });
    const before = performance.now();
    const { id } = await start(`slow?size=${2 * MB}`);
    await ended(id);
    // Never faster than allowed, however slow the machine is.
    expect(performance.now() - before).toBeGreaterThan(400);
  });
});
