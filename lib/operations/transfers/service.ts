/** Rules of transfers: whose they are, what may be fetched and where it may go. The work is runner.ts. */

import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { afterNumber, shownPage } from "@/lib/core/pages";
import { seesAll } from "@/lib/identity/access";
import type { Destination, DownloadStats, startDownload, Task, TaskStatus } from "./contract";
import { type Piece, readPieces, removeFolder } from "./disk";
import { splitCredentials } from "./fetch/credentials";
import { safeName } from "./fetch/names";
import { type StoredFile, type TaskRow, taskOf } from "./rows";
import type { Runner } from "./runner";
import type { Sender } from "./send/sender";
import type { TaskStore } from "./store";
import { tarOf } from "./tar";
import type { Torrents } from "./torrent/download";
import { fileOf } from "./work";

type Deps = {
  store: TaskStore;
  runner: Pick<Runner, "wake" | "halt" | "live">;
  senders: Record<Exclude<Destination, "local">, Pick<Sender, "missing">>;
  torrents: Pick<Torrents, "missing" | "check" | "forget">;
  /** @throws AppError INVALID_INPUT an address that may not be asked */
  refuseForbidden(url: string): Promise<void>;
  /** The number of the account that an id names, if the actor may act for it. */
  accountOf(actor: Actor, id: string): Promise<number | null>;
  downloadDir: () => Promise<string>;
  emit: Emit;
  now: Clock;
  newId: () => string;
};
type NewDownload = (typeof startDownload.body)["_output"];

type Filter = { status?: TaskStatus; search?: string; userId?: string };

/** Unfinished ones of one user. */
const OPEN_MAX = 200;
const ENDED: TaskStatus[] = ["completed", "failed", "cancelled"];

export function createTaskService(deps: Deps) {
  const { store, runner, senders, torrents, emit, now } = deps;
  const viewOf = (row: TaskRow, all = false): Task => taskOf(row, runner.live(row.id), all);

  /** @throws AppError NOT_FOUND, and to who may only read it FORBIDDEN when it is to be changed */
  async function reach(actor: Actor, id: string, change: boolean): Promise<TaskRow> {
    const user = asUser(actor, change ? "operate" : "read");
    const row = await store.find(id);
    if (!row || (row.owner_id !== user.user_id && !seesAll(user))) throw new AppError("NOT_FOUND", `No task ${id}`);
    if (change && row.owner_id !== user.user_id && user.role !== "admin")
      throw new AppError("FORBIDDEN", "Only the owner and admins can change this transfer");
    return row;
  }

  /** The owner of a new transfer: an account the caller may act for, or the caller with the contact it is for. */
  async function bookedOn(user: UserActor, input: NewDownload) {
    const { userId = "", username, platform } = input;
    const given = String(userId).trim();
    const contact = { name: username || null, platform: platform || null };
    const own = { owner_id: user.user_id, requested_for: null, contact };
    if (given === "" || given === String(user.user_id)) return own;
    const account = await deps.accountOf(user, given);
    return account === null ? { ...own, requested_for: given } : { ...own, owner_id: account };
  }

  /**
   * Queues a download.
   *
   * @throws AppError INVALID_INPUT  an address that may not be fetched, or a destination that is not set up
   * @throws AppError CONFLICT       too many unfinished ones
   */
  async function create(actor: Actor, input: NewDownload): Promise<Task> {
    const user = asUser(actor, "operate");
    const destination = input.destination ?? "local";
    const isMagnet = /^magnet:/i.test(input.url);
    const isTorrent = isMagnet || /^https?:[^?#]+\.torrent(?:[?#]|$)/i.test(input.url);
    const noTorrents = isTorrent ? torrents.missing() : undefined;
    if (noTorrents) throw invalid("url", noTorrents);
    await (isMagnet ? torrents.check(input.url) : deps.refuseForbidden(input.url));
    const missing = destination === "local" ? undefined : senders[destination].missing();
    if (missing) throw invalid("destination", missing);
    if (isTorrent && input.checksum) throw invalid("checksum", "is not for torrents, which check themselves");
    const address = isMagnet ? { url: input.url, credentials: null } : splitCredentials(input.url);
    const id = deps.newId();
    const added = await store.add(
      {
        id,
        ...(await bookedOn(user, input)),
        kind: isTorrent ? "torrent" : "http",
        ...address,
        destination,
        folder_id: input.folderId || null,
        filename: input.filename ? safeName(input.filename) : null,
        checksum: input.checksum ?? null,
        dir: await deps.downloadDir(),
        at: now(),
      },
      OPEN_MAX,
    );
    if (added === "contacts")
      throw new AppError(
        "CONFLICT",
        "userId: you have the most contacts an account may have; use the id of an existing one",
      );
    if (added === "tasks")
      throw new AppError(
        "CONFLICT",
        `You can have at most ${OPEN_MAX} unfinished transfers: cancel some, or wait until they finish`,
      );
    const row = (await store.find(id))!;
    emit("task.changed", { task: viewOf(row), owner_id: row.owner_id });
    void runner.wake().catch(() => {});
    return viewOf(row);
  }

  /** The person that a list is limited to. */
  async function personOf(user: UserActor, userId: string | undefined) {
    if (!userId) return undefined;
    // Moderators see everybody's transfers, though they may not act for anybody.
    const number = seesAll(user) && /^\d{1,9}$/.test(userId) ? Number(userId) : null;
    return { account: (await deps.accountOf(user, userId)) ?? number, contact: userId };
  }

  async function list(actor: Actor, { userId, ...query }: Filter & { limit: number; offset: number }) {
    const user = asUser(actor);
    const person = await personOf(user, userId);
    const { rows, total } = await store.list({ ...query, person, ownerId: seesAll(user) ? undefined : user.user_id });
    return {
      tasks: rows.map((row) => viewOf(row)),
      total,
      page: query.limit > 0 ? Math.floor(query.offset / query.limit) + 1 : 1,
    };
  }

  /** The same by keyset, without the total: newest first, from after `cursor`. */
  async function page(actor: Actor, query: Filter & { limit: number; cursor?: string }) {
    const { cursor, limit, userId, ...filter } = query;
    const user = asUser(actor);
    const ownerId = seesAll(user) ? undefined : user.user_id;
    const found = await store.page(
      { ...filter, person: await personOf(user, userId), ownerId },
      { limit, after: afterNumber(cursor) },
    );
    return shownPage(found, (row) => viewOf(row));
  }

  /** @throws AppError NOT_FOUND not there, or not one the actor may see */
  const get = async (actor: Actor, id: string): Promise<Task> => viewOf(await reach(actor, id, false), true);

  /** Turns one of `from` into `to`, or says why it cannot. */
  async function changeStatus(
    actor: Actor,
    id: string,
    from: TaskStatus[],
    to: TaskStatus,
    word: string,
  ): Promise<TaskRow> {
    const row = await reach(actor, id, true);
    if (!from.includes(row.status) || !(await store.changeStatus(id, from, to, now()))) {
      const { status } = await reach(actor, id, true);
      throw new AppError("CONFLICT", `A task that is ${status} cannot be ${word}`, { status });
    }
    await runner.halt(id);
    return row;
  }

  async function announce(actor: Actor, id: string, settled = false): Promise<Task> {
    const row = await reach(actor, id, false);
    const fact = { task: viewOf(row), owner_id: row.owner_id };
    emit("task.changed", fact);
    if (settled) emit("task.settled", fact);
    return fact.task;
  }

  /** @throws AppError CONFLICT it has ended */
  async function pause(actor: Actor, id: string): Promise<Task> {
    await changeStatus(actor, id, ["queued", "active"], "paused", "paused");
    return announce(actor, id);
  }

  /** @throws AppError CONFLICT it is not paused */
  async function resume(actor: Actor, id: string): Promise<Task> {
    await changeStatus(actor, id, ["paused"], "queued", "resumed");
    const task = await announce(actor, id);
    void runner.wake().catch(() => {});
    return task;
  }

  /** @throws AppError CONFLICT it neither failed nor was cancelled, or what it needs is no longer set up */
  async function retry(actor: Actor, id: string): Promise<Task> {
    const { destination, kind } = await reach(actor, id, true);
    const missing = destination === "local" ? undefined : senders[destination].missing();
    if (missing) throw new AppError("CONFLICT", `destination: ${missing}`);
    const noTorrents = kind === "torrent" ? torrents.missing() : undefined;
    if (noTorrents) throw new AppError("CONFLICT", `url: ${noTorrents}`);
    await changeStatus(actor, id, ["failed", "cancelled"], "queued", "tried again");
    const task = await announce(actor, id);
    void runner.wake().catch(() => {});
    return task;
  }

  /**
   * Ends one and deletes what was fetched; resolves when the file is gone. One that has ended leaves the lists, with its
   * files.
   */
  async function cancel(actor: Actor, id: string): Promise<{ task: Task; removed: boolean }> {
    const row = await reach(actor, id, true);
    if (ENDED.includes(row.status)) {
      // It is tried again just now, or somebody else has removed it.
      if (!(await store.hide(id))) return cancel(actor, id);
      await removeFolder(row.dir, id);
      emit("task.removed", { id, owner_id: row.owner_id });
      return { task: viewOf({ ...row, files: "[]" }), removed: true };
    }
    await changeStatus(actor, id, ["queued", "active", "paused"], "cancelled", "cancelled");
    if (row.kind === "torrent") await torrents.forget(id);
    await removeFolder(row.dir, id);
    await store.emptied(id);
    return { task: await announce(actor, id, true), removed: false };
  }

  /**
   * A file, or one of its parts.
   *
   * @param part from 1; when left out the whole file, or a tar of all where there are several
   * @returns `read` gives the bytes from ≤ byte < to
   * @throws AppError NOT_FOUND no such task, part or file, or none the actor may see
   */
  async function file(actor: Actor, id: string, part?: number) {
    const row = await reach(actor, id, false);
    const files =
      row.destination === "local" && row.status === "completed" ? (readJson(row.files) as StoredFile[]) : [];
    const one = part === undefined ? undefined : files[part - 1];
    const whole = part === undefined ? filesIn(files) : [];
    if (!one && whole.length === 0) throw new AppError("NOT_FOUND", "This transfer has no such file on this server");
    const title = row.filename ?? "download";
    const isTar = whole.length > 1 || whole[0]?.path?.includes("/");
    const pieces: Piece[] = one
      ? [{ file: fileOf(row, one), from: one.from, bytes: one.bytes }]
      : isTar
        ? tarOf(
            whole.map((each) => ({ name: each.path ?? title, file: fileOf(row, each), bytes: each.bytes })),
            row.finished_at ?? row.created_at,
          )
        : [{ file: fileOf(row, whole[0]!), from: 0, bytes: whole[0]!.bytes }];
    return {
      name: one ? one.name.split("/").at(-1)! : isTar ? `${title}.tar` : title,
      size: pieces.reduce((sum, piece) => sum + ("made" in piece ? piece.made.length : piece.bytes), 0),
      read: (from: number, to: number) => readPieces(pieces, from, to),
    };
  }

  /** Figures of everybody for staff, else of the caller's own. `todayDownloads` is counted from midnight UTC. */
  function stats(actor: Actor): Promise<DownloadStats> {
    const user = asUser(actor);
    const midnight = Math.floor(now() / 86_400_000) * 86_400_000;
    return store.stats(midnight, seesAll(user) ? undefined : user.user_id);
  }

  return { create, list, page, get, pause, resume, retry, cancel, file, stats };
}

/** Joins the parts that belong to one file. */
function filesIn(pieces: readonly StoredFile[]): StoredFile[] {
  const files = new Map<string, StoredFile>();
  for (const part of pieces) {
    const before = files.get(part.path ?? "");
    files.set(part.path ?? "", { ...part, from: 0, bytes: part.bytes + (before?.bytes ?? 0) });
  }
  return [...files.values()];
}
