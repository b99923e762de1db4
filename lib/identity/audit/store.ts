/** Rows of the audit log. They are added and sealed; only retention removes them. */
import { queriesIn, query, type Sql } from "@/lib/core/db";
import type { Chain } from "./chain";
import type { NewRecord } from "./record";

export const createAuditStore = ({ macOf }: Pick<Chain, "macOf">) => ({
  /** @param tx the transaction of the change; without one, the record is written by itself */
  async add(record: NewRecord, tx?: unknown): Promise<void> {
    const queries = tx === undefined ? query() : queriesIn(tx as Sql);
    await queries
      .insertInto("audit_record")
      .values({ ...record, mac: macOf(record) })
      .execute();
  },
});

export type AuditStore = ReturnType<typeof createAuditStore>;
