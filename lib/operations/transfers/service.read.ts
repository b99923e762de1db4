/** Lists transfers, reads single ones, and reads their statistics. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { afterNumber, shownPage } from "@/lib/core/pages";
import { seesAll } from "@/lib/identity/access";
import type { DownloadStats, Task, TaskStatus } from "./contract";
import type { TaskAccess, TaskDeps } from "./service.access";

type Filter = { status?: TaskStatus; search?: string; userId?: string };

export function createTaskReader(
  { store, accountOf, now }: Pick<TaskDeps, "store" | "accountOf" | "now">,
  { viewOf, reach }: Pick<TaskAccess, "viewOf" | "reach">,
) {
  /** The person that a list is limited to. */
  async function personOf(user: UserActor, userId: string | undefined) {
    if (!userId) return undefined;
    // Moderators see the transfers of all users, but may change only their own.
    const number = seesAll(user) && /^\d{1,9}$/.test(userId) ? Number(userId) : null;
    return { account: (await accountOf(user, userId)) ?? number, contact: userId };
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

  /** Lists transfers as `list` does, but by keyset and without the total: newest first, starting after `cursor`. */
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

  /** @throws AppError NOT_FOUND the transfer does not exist, or the actor may not see it */
  const get = async (actor: Actor, id: string): Promise<Task> => viewOf(await reach(actor, id, "read"), true);

  /**
   * Statistics of all transfers for staff, otherwise of the caller's own. `todayDownloads` is counted from midnight
   * UTC.
   */
  function stats(actor: Actor): Promise<DownloadStats> {
    const user = asUser(actor);
    const midnight = Math.floor(now() / 86_400_000) * 86_400_000;
    return store.stats(midnight, seesAll(user) ? undefined : user.user_id);
  }

  return { list, page, get, stats };
}
