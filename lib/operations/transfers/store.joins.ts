/** Sub-selects over the transfer table for rooms that watch transfers, so that only this room names its columns. */
import { query } from "@/lib/core/db";

/** Selects the owners and times of failed transfers, except those that were retried or removed since. */
export const failedTransfers = () =>
  query()
    .selectFrom("transfer")
    .select(["owner_id", "finished_at as at"])
    .where("status", "=", "failed")
    .where("finished_at", "is not", null)
    .$narrowType<{ at: number }>();
