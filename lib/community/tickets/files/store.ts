/** Attachments and canned replies in the database; the bytes are on disk (disk.ts). */

import type { FileRow } from "@/lib/community/tickets/rows";
import { db, listed, listText, type Param } from "@/lib/core/db";

type CannedRow = {
  id: string;
  shortcut: string;
  title: string;
  content: string;
  version: number;
  updated_at: number;
  updated_by: string;
};

export function createFileStore() {
  return {
    /** Stores what was uploaded, unless the ticket has `max` files or is closed. Exact but for uploads of the same moment. */
    async add(row: FileRow, max: number): Promise<"stored" | "full" | "closed"> {
      return db().write(async (tx) => {
        // Holds the ticket, so that uploads of the same moment are counted one after the other.
        const open = await tx.run("UPDATE ticket SET seq = seq WHERE id = $1 AND status <> 'closed'", [row.ticket_id]);
        if (open === 0) return "closed";
        const [count] = await tx.all<{ n: number }>(
          "SELECT count(*) AS n FROM ticket_attachment WHERE ticket_id = $1",
          [row.ticket_id],
        );
        if (count!.n >= max) return "full";
        const names = Object.keys(row);
        await tx.run(
          `INSERT INTO ticket_attachment (${names.join(", ")}) VALUES (${names.map((_, at) => `$${at + 1}`).join(", ")})`,
          Object.values(row) as Param[],
        );
        return "stored";
      });
    },

    /** With whether its message is a note (null: nobody sent it yet). */
    async find(ticketId: string, id: string): Promise<(FileRow & { note: number | null }) | undefined> {
      const [row] = await db().all<FileRow & { note: number | null }>(
        `SELECT a.*, m.note FROM ticket_attachment a LEFT JOIN ticket_message m ON m.id = a.message_id
         WHERE a.id = $1 AND a.ticket_id = $2`,
        [id, ticketId],
      );
      return row;
    },

    async count(ticketId: string): Promise<number> {
      const [row] = await db().all<{ n: number }>("SELECT count(*) AS n FROM ticket_attachment WHERE ticket_id = $1", [
        ticketId,
      ]);
      return row!.n;
    },

    /** Removes a file that no message names; false when one does by now. */
    async removePending(id: string): Promise<boolean> {
      return (await db().run("DELETE FROM ticket_attachment WHERE id = $1 AND message_id IS NULL", [id])) > 0;
    },

    /** Removes files that nobody sent since `before`, at most 100; their names on disk. */
    async removeForgotten(before: number): Promise<string[]> {
      return db().write(async (tx) => {
        const rows = await tx.all<{ id: string; file: string }>(
          "SELECT id, file FROM ticket_attachment WHERE message_id IS NULL AND at < $1 ORDER BY at LIMIT 100",
          [before],
        );
        const gone: string[] = [];
        for (const { id, file } of rows)
          if ((await tx.run("DELETE FROM ticket_attachment WHERE id = $1 AND message_id IS NULL", [id])) > 0)
            gone.push(file);
        return gone;
      });
    },

    /** Returns those of these names on disk that the database does not know. */
    async unknown(files: readonly string[]): Promise<string[]> {
      const known = new Set<string>();
      for (let at = 0; at < files.length; at += 200) {
        const some = files.slice(at, at + 200);
        const rows = await db().all<{ file: string }>(
          `SELECT file FROM ticket_attachment WHERE file IN (${listed(db(), 1)})`,
          [listText(some)],
        );
        for (const { file } of rows) known.add(file);
      }
      return files.filter((file) => !known.has(file));
    },
  };
}

const CANNED = "id, shortcut, title, content, version, updated_at, updated_by";

export function createCannedStore() {
  return {
    list: (): Promise<CannedRow[]> => db().all<CannedRow>(`SELECT ${CANNED} FROM canned_reply ORDER BY shortcut`),

    async find(id: string): Promise<CannedRow | undefined> {
      return (await db().all<CannedRow>(`SELECT ${CANNED} FROM canned_reply WHERE id = $1`, [id]))[0];
    },

    /**
     * Writes a new one (unless there are `max`), or over the one with this id. "missing": it is gone, or no longer at
     * version `expected`.
     */
    async put(
      row: Omit<CannedRow, "version">,
      isNew: boolean,
      max: number,
      expected?: number,
    ): Promise<"stored" | "taken" | "full" | "missing"> {
      return db().write(async (tx) => {
        if (tx.provider === "postgresql") await tx.all("SELECT pg_advisory_xact_lock(hashtext('canned_reply'))");
        const [other] = await tx.all<{ id: string }>("SELECT id FROM canned_reply WHERE shortcut = $1 AND id <> $2", [
          row.shortcut,
          row.id,
        ]);
        if (other) return "taken";
        const params = [row.id, row.shortcut, row.title, row.content, row.updated_at, row.updated_by];
        if (!isNew) {
          const changed = await tx.run(
            `UPDATE canned_reply SET shortcut = $2, title = $3, content = $4, updated_at = $5, updated_by = $6,
               version = version + 1 WHERE id = $1 AND version = COALESCE(CAST($7 AS INTEGER), version)`,
            [...params, expected ?? null],
          );
          return changed > 0 ? "stored" : "missing";
        }
        const [count] = await tx.all<{ n: number }>("SELECT count(*) AS n FROM canned_reply");
        if (count!.n >= max) return "full";
        await tx.run(
          "INSERT INTO canned_reply (id, shortcut, title, content, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6)",
          params,
        );
        return "stored";
      });
    },

    async remove(id: string): Promise<boolean> {
      return (await db().run("DELETE FROM canned_reply WHERE id = $1", [id])) > 0;
    },
  };
}

export type FileStore = ReturnType<typeof createFileStore>;
export type CannedStore = ReturnType<typeof createCannedStore>;
