/** Attachments and canned replies in the database; the bytes are on disk (disk.ts). */

import type { FileRow } from "@/lib/community/tickets/rows";
import { holdTicket } from "@/lib/community/tickets/store.common";
import { inList, lockName, query, type Row, transaction } from "@/lib/core/db";

type CannedRow = Row<"canned_reply">;
type NewFile = Omit<FileRow, "seq">;

/** Stores an uploaded file, unless the ticket is closed or has `max` files. */
const addFile = (row: NewFile, max: number): Promise<"stored" | "full" | "closed"> =>
  transaction(async (trx) => {
    // Lock the ticket, so that simultaneous uploads are counted one after the other.
    const open = await holdTicket(trx, row.ticket_id).where("status", "<>", "closed").executeTakeFirst();
    if (open.numUpdatedRows === 0n) return "closed";
    const { files } = await trx
      .selectFrom("ticket_attachment")
      .select((eb) => eb.fn.countAll<number>().as("files"))
      .where("ticket_id", "=", row.ticket_id)
      .executeTakeFirstOrThrow();
    if (files >= max) return "full";
    await trx.insertInto("ticket_attachment").values(row).execute();
    return "stored";
  });

/** Removes at most 100 files that were uploaded before `before` and never sent; returns their names on disk. */
async function removeForgotten(before: number): Promise<string[]> {
  const removed = await query()
    .deleteFrom("ticket_attachment")
    .where("message_id", "is", null)
    .where("id", "in", (eb) =>
      eb
        .selectFrom("ticket_attachment")
        .select("id")
        .where("message_id", "is", null)
        .where("at", "<", before)
        .orderBy("at")
        .limit(100),
    )
    .returning("file")
    .execute();
  return removed.map(({ file }) => file);
}

/** Returns those of these names on disk that the database does not know. */
async function unknownFiles(files: readonly string[]): Promise<string[]> {
  const known = new Set<string>();
  for (let at = 0; at < files.length; at += 200) {
    const rows = await query()
      .selectFrom("ticket_attachment")
      .select("file")
      .where("file", "in", inList(files.slice(at, at + 200)))
      .execute();
    for (const { file } of rows) known.add(file);
  }
  return files.filter((file) => !known.has(file));
}

export function createFileStore() {
  return {
    add: addFile,

    /** Finds a file. `note` says whether its message is a note; null while no message names the file. */
    find: (ticketId: string, id: string): Promise<(FileRow & { note: number | null }) | undefined> =>
      query()
        .selectFrom("ticket_attachment as a")
        .leftJoin("ticket_message as m", "m.id", "a.message_id")
        .selectAll("a")
        .select("m.note")
        .where("a.id", "=", id)
        .where("a.ticket_id", "=", ticketId)
        .executeTakeFirst(),
    async count(ticketId: string): Promise<number> {
      const { files } = await query()
        .selectFrom("ticket_attachment")
        .select((eb) => eb.fn.countAll<number>().as("files"))
        .where("ticket_id", "=", ticketId)
        .executeTakeFirstOrThrow();
      return files;
    },

    /** Removes a file that no message names; false if a message names it by now. */
    async removePending(id: string): Promise<boolean> {
      const { numDeletedRows } = await query()
        .deleteFrom("ticket_attachment")
        .where("id", "=", id)
        .where("message_id", "is", null)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    removeForgotten,
    unknown: unknownFiles,
  };
}

export function createCannedStore() {
  return {
    list: (): Promise<CannedRow[]> => query().selectFrom("canned_reply").selectAll().orderBy("shortcut").execute(),

    find: (id: string): Promise<CannedRow | undefined> =>
      query().selectFrom("canned_reply").selectAll().where("id", "=", id).executeTakeFirst(),

    /**
     * Creates a canned reply (unless there are `max`), or overwrites the one with this id. "missing": it is gone, or no
     * longer at version `expected`.
     */
    put: (
      row: Omit<CannedRow, "version">,
      isNew: boolean,
      max: number,
      expected?: number,
    ): Promise<"stored" | "taken" | "full" | "missing"> =>
      transaction(async (trx) => {
        await lockName(trx, "canned_reply");
        const other = await trx
          .selectFrom("canned_reply")
          .select("id")
          .where("shortcut", "=", row.shortcut)
          .where("id", "<>", row.id)
          .executeTakeFirst();
        if (other) return "taken";
        if (!isNew) {
          const { numUpdatedRows } = await trx
            .updateTable("canned_reply")
            .set((eb) => ({ ...row, version: eb("version", "+", 1) }))
            .where("id", "=", row.id)
            .$if(expected !== undefined, (known) => known.where("version", "=", expected!))
            .executeTakeFirst();
          return numUpdatedRows > 0n ? "stored" : "missing";
        }
        const { replies } = await trx
          .selectFrom("canned_reply")
          .select((eb) => eb.fn.countAll<number>().as("replies"))
          .executeTakeFirstOrThrow();
        if (replies >= max) return "full";
        await trx.insertInto("canned_reply").values(row).execute();
        return "stored";
      }),

    async remove(id: string): Promise<boolean> {
      const { numDeletedRows } = await query().deleteFrom("canned_reply").where("id", "=", id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

export type FileStore = ReturnType<typeof createFileStore>;
export type CannedStore = ReturnType<typeof createCannedStore>;
