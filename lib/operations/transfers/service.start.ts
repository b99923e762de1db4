/** Queues transfers: checks their address and destination, and determines their owner. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import type { startDownload, Task } from "./contract";
import { splitCredentials } from "./fetch/credentials";
import { safeName } from "./fetch/names";
import { type TaskAccess, type TaskDeps, taskTarget } from "./service.access";

type NewDownload = (typeof startDownload.body)["_output"];

export function createTaskStart(deps: TaskDeps, { viewOf, demandRole }: Pick<TaskAccess, "viewOf" | "demandRole">) {
  const { store, runner, senders, torrents, emit, now } = deps;

  /**
   * Returns the owner of a new transfer: an account the caller may act for, or the caller, with the contact for whom it
   * is requested.
   */
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
   * @throws AppError INVALID_INPUT  the address is not allowed, or the destination is not configured
   * @throws AppError FORBIDDEN      the caller's role is too low for this server
   * @throws AppError CONFLICT       the owner has too many unfinished transfers
   */
  async function create(actor: Actor, input: NewDownload): Promise<Task> {
    const user = asUser(actor, "operate");
    demandRole(user);
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
    const filename = input.filename ? safeName(input.filename) : null;
    describeAct({ target: taskTarget({ id, filename }), after: { url: address.url, destination } });
    const booked = await bookedOn(user, input);
    const quota = await deps.quotas.of("open_transfers", booked.owner_id);
    const added = await store.add(
      {
        id,
        ...booked,
        kind: isTorrent ? "torrent" : "http",
        ...address,
        destination,
        folder_id: input.folderId || null,
        filename,
        checksum: input.checksum ?? null,
        dir: await deps.downloadDir(),
        at: now(),
      },
      quota.max,
    );
    if (added === "contacts")
      throw new AppError(
        "CONFLICT",
        "userId: you have the most contacts an account may have; use the id of an existing one",
      );
    if (added === "tasks") throw await quota.reached(actor);
    const row = (await store.find(id))!;
    emit("task.changed", { task: viewOf(row), owner_id: row.owner_id });
    void runner.wake().catch(() => {});
    return viewOf(row);
  }

  return { create };
}
