/**
 * The engine when the database says that a transfer is not its own, or does not answer; transfers.test.ts has the rest.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Task } from "@/lib/operations/transfers/contract";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";
import type { TaskRow } from "@/lib/operations/transfers/rows";
import type { Sending } from "@/lib/operations/transfers/send/sender";
import type { EngineStore } from "@/lib/operations/transfers/store.engine";
import { eventually } from "@/tests/eventually";
import { createRunner } from "./runner";

const ROW: TaskRow = {
  ...{ seq: 1, id: "task_0123456789", owner_id: 1, username: "ann", kind: "torrent", url: "magnet:?x", dir: "" },
  ...{ status: "active", phase: "fetch", destination: "local", folder_id: null, filename: null, checksum: null },
  ...{
    requested_for: null,
    contact_name: null,
    credentials: null,
    size: null,
    downloaded: 0,
    uploaded: 0,
    speed: null,
    spent: 0,
    state: "{}",
    files: "[]",
  },
  ...{ attempts: 1, connections: 0, error: null, created_at: 0, started_at: 0, finished_at: null, due_at: 0 },
  ...{ delete_at: null, leased_by: "me", leased_until: 0 },
};
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "muster-runner-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
});

/** An engine that is given one transfer. Its torrents come to nothing until they are aborted, unless `fetch` says else. */
function aRunner(row: Partial<TaskRow>, over: { store?: Partial<EngineStore>; fetch?: () => Promise<[]> } = {}) {
  const queue = [{ ...ROW, dir, ...row }];
  const clock = { at: 1_000_000 };
  const reported: Task[] = [];
  const store: EngineStore = {
    claim: async () => queue.shift(),
    keep: vi.fn(async () => true),
    keepPaused: vi.fn(async () => {}),
    requeue: vi.fn(async () => true),
    settle: vi.fn(async () => true),
    sent: vi.fn(async () => {}),
    ...over.store,
  };
  const hangs = ({ signal }: { signal: AbortSignal }) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const send = vi.fn(async ({ part }: Sending) => `s3://b/${part.name}`);
  const runner = createRunner({
    ...{
      store,
      me: "me",
      now: () => clock.at,
      retryMs: 60_000,
      wakeLater: () => {},
      connections: 1,
      maxBytes: 100,
      bytesPerS: 0,
    },
    emit: (_name, fact) => void reported.push((fact as { task: Task }).task),
    settings: async () => ({ maxConcurrent: 1, maxSplitBytes: 10, autoDeleteMs: 0 }),
    senders: { gdrive: { missing: () => "", send }, s3: { missing: () => undefined, send } },
    torrents: { fetch: over.fetch ?? hangs },
    throttle: async () => {},
    log: { warn: () => {} },
  });
  return { runner, store, clock, told: reported, send };
}
const ended = (runner: ReturnType<typeof aRunner>["runner"]) => eventually(() => expect(runner.working()).toEqual([]));

it("begins nothing, and tells nothing, of what was paused or cancelled right after it was claimed", async () => {
  const fetch = vi.fn(async () => [] as []);
  const { runner, told: reported } = aRunner({}, { store: { keep: async () => false }, fetch });
  await runner.wake();
  await ended(runner);
  expect([fetch.mock.calls, reported, readdirSync(dir)]).toEqual([[], [], []]);
});

it("lets go of what another process may have taken up, when the database is away for longer than its lease", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  let away = false;
  const keep = vi.fn(async () => {
    if (away) throw new Error("away");
    return true;
  });
  const { runner, store, clock } = aRunner({}, { store: { keep } });
  await runner.wake();
  await eventually(() => expect(keep).toHaveBeenCalledTimes(1));
  const looks = async (seconds: number) => {
    clock.at += seconds * 1000;
    await vi.advanceTimersByTimeAsync(seconds * 1000);
  };
  await looks(8);
  away = true;
  await looks(8);
  expect(runner.working()).toHaveLength(1);
  away = false;
  await looks(2);
  away = true;
  clock.at += 20_000;
  await looks(2);
  await ended(runner);
  expect([store.settle, store.requeue].map((one) => vi.mocked(one).mock.calls)).toEqual([[], []]);
});

it("remembers the parts it had sent when it fails for good", async () => {
  const files = [
    { name: "film.001", from: 0, bytes: 10, remote: null, path: "film" },
    { name: "film.002", from: 10, bytes: 5, remote: null, path: "film" },
  ];
  const content = [{ path: "film", name: "film", bytes: 15 }] as never;
  const first = aRunner({ destination: "s3" }, { fetch: async () => content });
  first.send.mockResolvedValueOnce("s3://b/film.001").mockRejectedValueOnce(new Hopeless("BAD_GATEWAY", "It is full"));
  await first.runner.wake();
  await ended(first.runner);
  const sent = [{ ...files[0], remote: "s3://b/film.001" }, files[1]];
  expect(JSON.parse(vi.mocked(first.store.settle).mock.calls[0]![2].files)).toEqual(sent);
  expect(first.told.at(-1)).toMatchObject({
    status: "failed",
    files: [{ remote: "s3://b/film.001" }, { remote: null }],
  });

  const again = aRunner({ destination: "s3", files: JSON.stringify(sent) }, { fetch: async () => content });
  await again.runner.wake();
  await ended(again.runner);
  expect(again.send.mock.calls.map(([{ part }]) => part.name)).toEqual(["film.002"]);
  expect(again.told.at(-1)).toMatchObject({ status: "completed" });
});
