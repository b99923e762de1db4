/**
 * Removes old rows in slices, so that no other writer waits long. Every process may run it; each row is removed once.
 */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { query } from "@/lib/core/db";
import { userIds } from "@/lib/identity/accounts";

const SLICE = 2_000;
const DELIVERIES_MAX = 200_000;
const BROADCASTS_MAX = 500;

/** Repeats a removal of up to SLICE rows until it finds fewer. */
async function prune(removeSlice: () => Promise<{ numDeletedRows: bigint }>): Promise<void> {
  while ((await removeSlice()).numDeletedRows >= SLICE);
}

export function createRetentionStore() {
  const pruneNotifications = (before: number) =>
    prune(() =>
      query()
        .deleteFrom("notification")
        .where("seq", "in", (eb) =>
          eb.selectFrom("notification").select("seq").where("created_at", "<", before).limit(SLICE),
        )
        .executeTakeFirst(),
    );

  const pruneDeliveries = (before: number) =>
    prune(() =>
      query()
        .deleteFrom("delivery")
        .where("seq", "in", (eb) =>
          eb.selectFrom("delivery").select("seq").where("finished_at", "<", before).limit(SLICE),
        )
        .executeTakeFirst(),
    );

  /** Removes finished rows beyond the newest `max`. */
  const pruneBeyond = (table: "delivery" | "broadcast", max: number) => {
    const last = (eb: ExpressionBuilder<Tables, "delivery" | "broadcast">) =>
      eb.selectFrom(table).select("seq").orderBy("seq", "desc").limit(1).offset(max);
    return prune(() =>
      query()
        .deleteFrom(table)
        .where("seq", "in", (eb) =>
          eb.selectFrom(table).select("seq").where("finished_at", "is not", null).where("seq", "<=", last).limit(SLICE),
        )
        .executeTakeFirst(),
    );
  };

  return {
    /** Removes notifications made and deliveries finished before these instants (epoch ms), and rows beyond the largest counts. */
    async sweep(before: { notifications: number; deliveries: number }): Promise<void> {
      await pruneNotifications(before.notifications);
      await pruneDeliveries(before.deliveries);
      await pruneBeyond("delivery", DELIVERIES_MAX);
      await pruneBeyond("broadcast", BROADCASTS_MAX);
      // If a process died between deleting an account and announcing it, these rows stayed behind. Inboxes expire by
      // age anyway.
      for (const table of ["push_device", "notification_preference"] as const)
        await query().deleteFrom(table).where("user_id", "not in", userIds()).execute();
    },
  };
}
