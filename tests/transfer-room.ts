/** Transfers as one process has them, on a real database, with a file server that misbehaves as real ones do. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Actor, Role } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { newId } from "@/lib/core/ids";
import { parseUrl, refuseForbidden } from "@/lib/core/outbound/index";
import type { Task, TaskStatus } from "@/lib/operations/transfers/contract";
import { createThrottle } from "@/lib/operations/transfers/fetch/throttle";
import { createTaskJobs } from "@/lib/operations/transfers/jobs";
import { createRunner } from "@/lib/operations/transfers/runner/runner";
import type { Sender } from "@/lib/operations/transfers/send/sender";
import { createTaskService } from "@/lib/operations/transfers/service";
import { createTaskStore } from "@/lib/operations/transfers/store";
import { createCleanupStore } from "@/lib/operations/transfers/store.cleanup";
import { createEngineStore } from "@/lib/operations/transfers/store.engine";
import { createTorrents } from "@/lib/operations/transfers/torrent/download";
import { openWorld } from "./accounts";
import type { databases } from "./db/databases";
import { testQuotas } from "./quotas";
import { filesStandin } from "./standins/files";

export const MB = 1_048_576;
const LIMITS = { maxConcurrent: 3, maxSplitBytes: 2 ** 31, autoDeleteMs: 0 };

type Over = { me?: string; maxBytes?: number; leastRole?: Role; rate?: number; s3?: Partial<Sender> };
type Fact = { name: string; task?: Task };

/** Facts of transfers, and who waits for one. */
function factLog() {
  const facts: Fact[] = [];
  const waiting = new Set<() => void>();
  const emit: Emit = (name, fact) => {
    facts.push({ name, task: (fact as { task?: Task }).task });
    for (const look of waiting) look();
  };
  /** Resolves with the latest reported state of a transfer that fits. */
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
  return { facts, emit, reportedTask };
}

export const is = (status: TaskStatus) => (task: Task) => task.status === status;

/** Tests that use it set OUTBOUND_ALLOW_CIDRS to 127.0.0.2, where the file server listens, before anything is imported. */
export async function openTransfers(database: (typeof databases)[number]) {
  const world = await openWorld(database);
  const files = await filesStandin();
  const dir = await mkdtemp(join(tmpdir(), "muster-tasks-"));
  const { facts, emit, reportedTask } = factLog();
  const limits = { ...LIMITS };
  const [owner, other] = [(await world.someone()).actor, (await world.someone()).actor];
  const [admin, moderator] = [(await world.someone("admin")).actor, (await world.someone("moderator")).actor];

  /** The room as one process has it. */
  function open(over: Over = {}) {
    const store = createTaskStore();
    const now = () => Date.now();
    const s3: Sender = { missing: () => "s3 is not set up", send: async () => "s3://b/k", ...over.s3 };
    const torrents = createTorrents({ aria2: undefined, pollMs: 10, stallMs: 1_000 });
    const senders = { gdrive: { ...s3, missing: () => "gdrive is not set up" }, s3 };
    const runner = createRunner({
      ...{
        store: createEngineStore(),
        emit,
        now,
        me: over.me ?? newId("me"),
        senders,
        torrents,
        connections: 4,
        retryMs: 5,
      },
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
        const { user_id } = other;
        return actor === admin && id === String(user_id) ? user_id : null;
      },
      downloadDir: async () => dir,
      quotas: testQuotas(),
      leastRole: over.leastRole ?? "user",
    });
    const jobs = createTaskJobs({
      ...{ store: createCleanupStore(), runner, torrents, emit, now },
      downloadDir: async () => dir,
      log: { warn: () => {} },
    });
    return { runner, service, jobs, store };
  }
  let room = open();

  return {
    ...{ world, files, dir, facts, limits, owner, other, admin, moderator, open, reportedTask },
    get room() {
      return room;
    },
    set room(other) {
      room = other;
    },
    ended: (id: string) => reportedTask(id, ({ status }) => ["completed", "failed", "cancelled"].includes(status)),
    start: (path: string, over: object = {}, actor: Actor = owner) =>
      room.service.create(actor, { url: `${files.url}/f/${path}`, destination: "local", ...over }),
    bytesOf: (id: string, name: string) => readFileSync(join(dir, id, name)),
    /** Stops the process and starts another, without any transfers. */
    async reset(): Promise<void> {
      await room.runner.stop();
      await world.run("DELETE FROM transfer");
      facts.length = 0;
      files.requests.length = 0;
      files.busy.most = 0;
      Object.assign(limits, LIMITS);
      room = open();
    },
    async close(): Promise<void> {
      await room.runner.stop();
      await files.close();
      await world.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
export type TransferWorld = Awaited<ReturnType<typeof openTransfers>>;
