/**
 * Statements of the engine. A lease says which process works on a transfer; when it ends by time, another process may
 * take over.
 */
import { lockName, type Queries, query, transaction } from "@/lib/core/db";
import type { Live, TaskRow } from "./rows";
import { withNames } from "./store.names";

/** The fields of a running transfer that are stored every few seconds. */
type Kept = Live & { state: string; spent: number };
const kept = ({ size, downloaded, uploaded, speed, connections, filename, phase, state, spent }: Kept) => ({
  ...{ size, downloaded, uploaded, speed, connections, filename, phase, state, spent },
});

const RELEASED = { leased_by: null, leased_until: null, speed: null, connections: 0 };

/**
 * Selects the next transfer to claim: the owner with the fewest running transfers comes first, then the owner served
 * longest ago, then the oldest transfer.
 */
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

/** Claims the next transfer in the order of `nextUp`, unless `max` transfers are already running. */
const claim = (me: string, at: number, until: number, max: number): Promise<TaskRow | undefined> =>
  transaction(async (trx) => {
    // Let one process at a time count and claim, so that `max` is never exceeded.
    await lockName(trx, "transfer.claim");
    const { active } = await trx
      .selectFrom("transfer")
      .select((eb) => eb.fn.countAll<number>().as("active"))
      .where("status", "=", "active")
      .where("leased_until", ">", at)
      .executeTakeFirstOrThrow();
    const next = active < max ? await nextUp(trx, at).executeTakeFirst() : undefined;
    if (!next) return undefined;
    // If the transfer was paused or cancelled since the read above, it stays so, and the next call finds another one.
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
  /**
   * Matches a transfer that this process works on. No row matches when its lease was lost (paused, cancelled, deleted).
   */
  const leased = (id: string, me: string) =>
    query().updateTable("transfer").where("id", "=", id).where("leased_by", "=", me);

  return {
    claim,

    /** Stores the progress and renews the lease. Returns false when the lease was lost (paused, cancelled, deleted). */
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

    /** Puts the transfer back into the queue. */
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
        /** The files as JSON text, as stored. */
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

    /** Stores which parts have been sent to their destination. */
    async sent(id: string, me: string, files: string): Promise<void> {
      await leased(id, me).set({ files }).execute();
    },
  };
}
export type EngineStore = ReturnType<typeof createEngineStore>;
