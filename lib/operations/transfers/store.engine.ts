/** Transfers: what the runner asks of them. A lease says which process works on one; when it ends by time, another may. */
import { lockName, type Queries, query, transaction } from "@/lib/core/db";
import type { Live, TaskRow } from "./rows";
import { withNames } from "./store.names";

/** The fields of a running transfer that are stored every few seconds. */
type Kept = Live & { state: string; spent: number };
const kept = ({ size, downloaded, uploaded, speed, connections, filename, phase, state, spent }: Kept) => ({
  ...{ size, downloaded, uploaded, speed, connections, filename, phase, state, spent },
});

const RELEASED = { leased_by: null, leased_until: null, speed: null, connections: 0 };

/** The transfer that is claimed next: of the owner who has fewest at work, then of the one served longest ago, the oldest. */
const nextUp = (trx: Queries, at: number) =>
  trx
    .selectFrom("transfer as t")
    .leftJoin(
      (eb) =>
        eb
          .selectFrom("transfer")
          .select((owner) => ["owner_id", owner.fn.countAll<number>().as("n")])
          .where("status", "=", "active")
          .where("leased_until", ">", at)
          .groupBy("owner_id")
          .as("busy"),
      (join) => join.onRef("busy.owner_id", "=", "t.owner_id"),
    )
    .leftJoin(
      (eb) =>
        eb
          .selectFrom("transfer")
          .select((owner) => ["owner_id", owner.fn.max("started_at").as("last")])
          .where("started_at", "is not", null)
          .groupBy("owner_id")
          .as("served"),
      (join) => join.onRef("served.owner_id", "=", "t.owner_id"),
    )
    .select("t.id")
    .where((eb) =>
      eb.or([
        eb.and([eb("t.status", "=", "queued"), eb("t.due_at", "<=", at)]),
        eb.and([eb("t.status", "=", "active"), eb("t.leased_until", "<=", at)]),
      ]),
    )
    .orderBy((eb) => eb.fn.coalesce("busy.n", eb.lit(0)))
    .orderBy((eb) => eb.fn.coalesce("served.last", eb.lit(0)))
    .orderBy("t.seq")
    .limit(1);

/** The next one whose turn it is: of the owner who has fewest at work, the oldest. Never more than `max` at work at once. */
const claim = (me: string, at: number, until: number, max: number): Promise<TaskRow | undefined> =>
  transaction(async (trx) => {
    // One process counts at a time.
    await lockName(trx, "transfer.claim");
    const { active } = await trx
      .selectFrom("transfer")
      .select((eb) => eb.fn.countAll<number>().as("active"))
      .where("status", "=", "active")
      .where("leased_until", ">", at)
      .executeTakeFirstOrThrow();
    const next = active < max ? await nextUp(trx, at).executeTakeFirst() : undefined;
    if (!next) return undefined;
    // Paused or cancelled since it was looked at: it stays so, and the next look finds another.
    const { numUpdatedRows } = await trx
      .updateTable("transfer")
      .set((eb) => ({
        ...{ status: "active", leased_by: me, leased_until: until, error: null },
        started_at: eb.fn.coalesce("started_at", eb.val(at)),
        attempts: eb("attempts", "+", 1),
      }))
      .where("id", "=", next.id)
      .where((eb) =>
        eb.or([
          eb.and([eb("status", "=", "queued"), eb("due_at", "<=", at)]),
          eb.and([eb("status", "=", "active"), eb("leased_until", "<=", at)]),
        ]),
      )
      .executeTakeFirst();
    return numUpdatedRows > 0n ? withNames(trx).where("t.id", "=", next.id).executeTakeFirst() : undefined;
  });

export function createEngineStore() {
  /** A transfer that this process works on; no row when the lease is no longer its own (paused, cancelled, deleted). */
  const leased = (id: string, me: string) =>
    query().updateTable("transfer").where("id", "=", id).where("leased_by", "=", me);

  return {
    claim,

    /** Writes progress down and keeps the lease. False: it is no longer ours (paused, cancelled, deleted). */
    async keep(id: string, me: string, until: number, live: Kept): Promise<boolean> {
      const { numUpdatedRows } = await leased(id, me)
        .set({ ...kept(live), leased_until: until })
        .where("status", "=", "active")
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Stores the progress of a paused transfer. */
    async keepPaused(id: string, live: Kept): Promise<void> {
      await query()
        .updateTable("transfer")
        .set({ ...kept(live), speed: null })
        .where("id", "=", id)
        .where("leased_by", "is", null)
        .where("status", "=", "paused")
        .execute();
    },

    /** Back into the queue. */
    async requeue(id: string, me: string, dueAt: number, attempts: number, error: string | null): Promise<boolean> {
      const { numUpdatedRows } = await leased(id, me)
        .set({ ...RELEASED, status: "queued", due_at: dueAt, attempts, error })
        .where("status", "=", "active")
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async settle(
      id: string,
      me: string,
      {
        at,
        deleteAt,
        ...end
      }: {
        status: "completed" | "failed";
        error: string | null;
        /** As they are stored. */
        files: string;
        at: number;
        deleteAt: number | null;
      },
    ): Promise<boolean> {
      const { numUpdatedRows } = await leased(id, me)
        .set({ ...RELEASED, ...end, finished_at: at, delete_at: deleteAt })
        .where("status", "=", "active")
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Parts that lie elsewhere already. */
    async sent(id: string, me: string, files: string): Promise<void> {
      await leased(id, me).set({ files }).execute();
    },
  };
}
export type EngineStore = ReturnType<typeof createEngineStore>;
