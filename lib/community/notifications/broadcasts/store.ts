/** Stores broadcasts: their text, their progress through the recipients, and the next batch to send. */

import type { Broadcast, Priority } from "@/lib/community/notifications/contract";
import { activeAfter, type How, type Inserted, type Note, post } from "@/lib/community/notifications/sending/store";
import { iso, isoOrNull } from "@/lib/core/clock";
import { query, type Row, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { countUsers } from "@/lib/identity/accounts";

export type BroadcastRow = Omit<Row<"broadcast">, "priority"> & { priority: Priority };

export const toBroadcast = (row: BroadcastRow): Broadcast => ({
  broadcast_id: row.id,
  title: row.title,
  message: row.message,
  priority: row.priority,
  created_by: row.created_by,
  created_at: iso(row.created_at),
  recipients: row.recipients,
  reached: row.reached,
  finished_at: isoOrNull(row.finished_at),
});

export function createBroadcastStore() {
  return {
    /** Counts the active accounts, and the devices of all people by channel. */
    async reach(): Promise<{ people: number; web_push: number; fcm: number }> {
      const rows = await query()
        .selectFrom("push_device")
        .select((eb) => ["channel", eb.fn.countAll<number>().as("devices")])
        .groupBy("channel")
        .execute();
      const devicesOf = (channel: string) => rows.find((row) => row.channel === channel)?.devices ?? 0;
      return { people: await countUsers("active"), web_push: devicesOf("web_push"), fcm: devicesOf("fcm") };
    },

    async add(row: Omit<BroadcastRow, "seq" | "reached" | "cursor_id" | "finished_at">): Promise<Broadcast> {
      const made = await query()
        .insertInto("broadcast")
        .values(row)
        .returningAll()
        .$castTo<BroadcastRow>()
        .executeTakeFirstOrThrow();
      return toBroadcast(made);
    },

    /** Newest first. */
    list: (limit: number, after?: Cursor): Promise<Page<BroadcastRow>> =>
      readPage(
        query().selectFrom("broadcast").selectAll().$castTo<BroadcastRow>(),
        { by: ["seq"], direction: "desc" },
        { after, limit },
      ),

    /**
     * Notifies the next people of the oldest unfinished broadcast. The row's cursor moves in the same transaction and
     * only from where it was read, so that two processes never notify anybody twice.
     *
     * @returns the inbox rows of this step; null when nothing is left to do
     */
    async advance(limit: number, noteOf: (row: BroadcastRow) => Note, how: How): Promise<Inserted[] | null> {
      const open = await query()
        .selectFrom("broadcast")
        .select("seq")
        .where("finished_at", "is", null)
        .orderBy("seq")
        .limit(1)
        .executeTakeFirst();
      if (!open) return null;
      return transaction(async (trx) => {
        // Holds the row on PostgreSQL until the cursor has moved.
        const row = await trx
          .updateTable("broadcast")
          .set({ seq: open.seq })
          .where("seq", "=", open.seq)
          .where("finished_at", "is", null)
          .returningAll()
          .$castTo<BroadcastRow>()
          .executeTakeFirst();
        if (!row) return [];
        const people = await activeAfter(trx, row.cursor_id, limit).execute();
        await trx
          .updateTable("broadcast")
          .set({
            cursor_id: people.at(-1)?.id ?? row.cursor_id,
            reached: row.reached + people.length,
            finished_at: people.length < limit ? how.at : null,
          })
          .where("seq", "=", row.seq)
          .execute();
        return people.length === 0 ? [] : post(trx, people, noteOf(row), how);
      });
    },
  };
}

export type BroadcastStore = ReturnType<typeof createBroadcastStore>;
