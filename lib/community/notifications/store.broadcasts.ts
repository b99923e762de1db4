/** Broadcasts: what everybody is told, how far it has got, and the next step of it. */
import { iso, isoOrNull } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import type { Broadcast, Priority } from "./contract";
import { type How, type Inserted, type Note, type Person, post } from "./store.queue";

const BROADCAST =
  "seq, id, title, message, priority, created_by, created_at, recipients, reached, cursor_id, finished_at";

export type BroadcastRow = {
  seq: number;
  id: string;
  title: string;
  message: string;
  priority: Priority;
  created_by: number | null;
  created_at: number;
  recipients: number;
  reached: number;
  cursor_id: number;
  finished_at: number | null;
};
const toBroadcast = (row: BroadcastRow): Broadcast => ({
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
    /** Active accounts, and the devices of everybody by channel. */
    async reach(): Promise<{ people: number; web_push: number; fcm: number }> {
      const [people] = await db().all<{ n: number }>('SELECT count(*) AS n FROM "user" WHERE is_active');
      const rows = await db().all<{ channel: string; n: number }>(
        "SELECT channel, count(*) AS n FROM push_device GROUP BY channel",
      );
      const of = (channel: string) => rows.find((row) => row.channel === channel)?.n ?? 0;
      return { people: people!.n, web_push: of("web_push"), fcm: of("fcm") };
    },

    async add(row: Omit<BroadcastRow, "seq" | "reached" | "cursor_id" | "finished_at">): Promise<Broadcast> {
      const [made] = await db().write((tx) =>
        tx.all<BroadcastRow>(
          `INSERT INTO broadcast (id, title, message, priority, created_by, created_at, recipients)
           VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${BROADCAST}`,
          [row.id, row.title, row.message, row.priority, row.created_by, row.created_at, row.recipients],
        ),
      );
      return toBroadcast(made!);
    },

    async list(limit: number, before?: number) {
      const rows = await db().all<BroadcastRow>(
        `SELECT ${BROADCAST} FROM broadcast${before === undefined ? "" : " WHERE seq < $2"} ORDER BY seq DESC LIMIT $1`,
        before === undefined ? [limit + 1] : [limit + 1, before],
      );
      const page = rows.slice(0, limit);
      return { broadcasts: page.map(toBroadcast), last: page.at(-1)?.seq, more: rows.length > limit };
    },

    /**
     * Tells the next people of the oldest broadcast that is not out yet. The row's cursor moves in the same transaction
     * and only from where it was read, so that two processes never tell anybody twice.
     *
     * @returns the inbox rows of this step; null when nothing is left to do
     */
    async advance(limit: number, noteOf: (row: BroadcastRow) => Note, how: How): Promise<Inserted[] | null> {
      const [open] = await db().all<{ seq: number }>(
        "SELECT seq FROM broadcast WHERE finished_at IS NULL ORDER BY seq LIMIT 1",
      );
      if (!open) return null;
      return db().write(async (tx) => {
        const [row] = await tx.all<BroadcastRow>(
          `SELECT ${BROADCAST} FROM broadcast WHERE seq = $1${tx.provider === "postgresql" ? " FOR UPDATE" : ""}`,
          [open.seq],
        );
        if (!row || row.finished_at !== null) return [];
        const people = await tx.all<Person>('SELECT id FROM "user" WHERE is_active AND id > $1 ORDER BY id LIMIT $2', [
          row.cursor_id,
          limit,
        ]);
        const last = people.length < limit;
        await tx.run("UPDATE broadcast SET cursor_id = $2, reached = reached + $3, finished_at = $4 WHERE seq = $1", [
          row.seq,
          people.at(-1)?.id ?? row.cursor_id,
          people.length,
          last ? how.at : null,
        ]);
        return people.length === 0 ? [] : post(tx, people, noteOf(row), how);
      });
    },
  };
}

export type BroadcastStore = ReturnType<typeof createBroadcastStore>;
