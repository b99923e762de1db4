/** Streams of the audit log: their sealed addresses, and how far each has come. */
import { query, type Row } from "@/lib/core/db";
import type { StreamKind } from "./contract";

export type StreamRow = Omit<Row<"audit_stream">, "kind"> & { kind: StreamKind };
type Change = Partial<Pick<StreamRow, "enabled" | "address" | "hint" | "position">>;

const rows = () => query().selectFrom("audit_stream").selectAll().$castTo<StreamRow>();

export const createStreamStore = () => ({
  list: (): Promise<StreamRow[]> => rows().orderBy("kind").execute(),
  find: (kind: StreamKind): Promise<StreamRow | undefined> => rows().where("kind", "=", kind).executeTakeFirst(),

  async put(stream: Omit<StreamRow, "last_sent_at" | "last_error">, change: Change): Promise<void> {
    await query()
      .insertInto("audit_stream")
      .values({ ...stream, last_sent_at: null, last_error: null })
      .onConflict((known) => known.column("kind").doUpdateSet({ ...change, last_error: null }))
      .execute();
  },

  async remove(kind: StreamKind): Promise<boolean> {
    const { numDeletedRows } = await query().deleteFrom("audit_stream").where("kind", "=", kind).executeTakeFirst();
    return numDeletedRows > 0n;
  },

  /** Moves the position on. @returns false when the stream was removed or changed meanwhile, or another process moved it */
  async moved(stream: StreamRow, position: number, at: number): Promise<boolean> {
    const { numUpdatedRows } = await query()
      .updateTable("audit_stream")
      .set({ position, last_sent_at: at, last_error: null })
      .where("kind", "=", stream.kind)
      .where("position", "=", stream.position)
      .where("address", "=", stream.address)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  async failed(kind: StreamKind, error: string): Promise<void> {
    await query().updateTable("audit_stream").set({ last_error: error }).where("kind", "=", kind).execute();
  },
});

export type StreamStore = ReturnType<typeof createStreamStore>;
