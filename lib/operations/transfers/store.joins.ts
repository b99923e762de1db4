/** Sub-selects over the transfer table for rooms that watch it, so that its columns are named in this room alone. */
import { query } from "@/lib/core/db";

/** Selects whose transfers failed and when. One that was tried again or removed since is not among them. */
export const failedTransfers = () =>
  query()
    .selectFrom("transfer")
    .select(["owner_id", "finished_at as at"])
    .where("status", "=", "failed")
    .where("finished_at", "is not", null)
    .$narrowType<{ at: number }>();
