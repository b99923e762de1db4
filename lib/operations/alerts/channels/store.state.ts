/** Stores a channel's state: the outcome of its last message, the end of its pause, and its count of 404 answers. */
import { type ColumnMap, changedColumns, query } from "@/lib/core/db";
import type { ChannelChange } from "./contract";
import type { ChannelRow, Outcome } from "./store.rows";

const FOUND = { missing: 0, missing_since: null };
/** Maps each editable field to its column. Switching a channel on again resets its count of not-found replies. */
const CHANGES: ColumnMap<ChannelChange, "alert_channel"> = {
  name: (name) => ({ name }),
  min_severity: (min_severity) => ({ min_severity }),
  enabled: (enabled) => (enabled ? { enabled: 1, ...FOUND } : { enabled: 0 }),
};

/** Stores the outcome of the last message on the channel. */
export async function mark(id: string, { status, error }: Pick<Outcome, "status" | "error">, at: number) {
  await query()
    .updateTable("alert_channel")
    .set({ last_status: status, last_error: error, ...(status === "sent" && { last_sent_at: at, ...FOUND }) })
    .where("id", "=", id)
    .execute();
}

/** Pauses the channel in every process until `until`; with `everywhere`, pauses every channel of its kind. */
async function pause({ id, kind }: Pick<ChannelRow, "id" | "kind">, everywhere: boolean, until: number): Promise<void> {
  const channels = query().updateTable("alert_channel").set({ paused_until: until });
  await (everywhere ? channels.where("kind", "=", kind) : channels.where("id", "=", id)).execute();
}

/** Counts a 404 answer. @returns the number of 404 answers in a row, and the time of the first */
const countMissing = (id: string, at: number): Promise<{ missing: number; missing_since: number } | undefined> =>
  query()
    .updateTable("alert_channel")
    .set((eb) => ({
      missing: eb("missing", "+", 1),
      missing_since: eb.fn.coalesce("missing_since", eb.cast<number>(eb.val(at), "bigint")),
    }))
    .where("id", "=", id)
    .returning(["missing", "missing_since"])
    .$narrowType<{ missing_since: number }>()
    .executeTakeFirst();

/** Changes the given fields. @returns false when the channel is gone, or no longer at version `expected` */
async function put(id: string, change: ChannelChange, expected?: number): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("alert_channel")
    .set((eb) => ({ ...changedColumns(CHANGES, change), version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .$if(expected !== undefined, (known) => known.where("version", "=", expected!))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export const createChannelState = () => ({ mark, pause, countMissing, put });
