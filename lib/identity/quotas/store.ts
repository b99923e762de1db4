/** Limits that admins set for single people and teams. Without a row, the server's limit counts. */
import type { QuotaKind } from "@/lib/core/contract.quotas";
import { query, type SqlBool, sql, transaction } from "@/lib/core/db";
import { remainingUserIds } from "@/lib/identity/accounts";
import { keepTeam, teamIds } from "@/lib/identity/teams";

export type Limits = Partial<Record<QuotaKind, number>>;
type LimitChanges = Partial<Record<QuotaKind, number | null>>;

const rowsOf = (ownerId: number) =>
  query().selectFrom("quota").select(["kind", "amount"]).where("owner_id", "=", ownerId);

export const createQuotaStore = () => ({
  of: async (ownerId: number): Promise<Limits> =>
    Object.fromEntries((await rowsOf(ownerId).execute()).map(({ kind, amount }) => [kind, Number(amount)])),

  async find(ownerId: number, kind: QuotaKind): Promise<number | undefined> {
    const row = await rowsOf(ownerId).where("kind", "=", kind).executeTakeFirst();
    return row && Number(row.amount);
  },

  /** Sets the given limits; null removes one. @throws NOT_FOUND the team is gone */
  set: (ownerId: number, changes: LimitChanges): Promise<void> =>
    transaction(async (trx) => {
      await keepTeam(trx, ownerId);
      for (const [kind, amount] of Object.entries(changes)) {
        if (amount === null)
          await trx.deleteFrom("quota").where("owner_id", "=", ownerId).where("kind", "=", kind).execute();
        else
          await trx
            .insertInto("quota")
            .values({ owner_id: ownerId, kind, amount })
            .onConflict((known) => known.columns(["owner_id", "kind"]).doUpdateSet({ amount }))
            .execute();
      }
    }),

  /** Deletes the limits of people and teams that were deleted. */
  async sweep(): Promise<void> {
    const isGone = sql<SqlBool>`owner_id not in ${remainingUserIds()} and owner_id not in ${teamIds()}`;
    await query().deleteFrom("quota").where(isGone).execute();
  },
});

export type QuotaStore = ReturnType<typeof createQuotaStore>;
