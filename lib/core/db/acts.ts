/** Stores the record of the act under way (lib/core/acts.ts) in the transaction that makes its first change. */
import { type Act, openAct } from "@/lib/core/acts";
import type { Param, Sql } from "./sql";

/** A transaction that counts the rows it changes: one that changes nothing, such as an update of no row, is no act. */
class CountingSql implements Sql {
  changed = 0;
  constructor(readonly sql: Sql) {}

  get provider() {
    return this.sql.provider;
  }
  async all<Row>(text: string, params?: readonly Param[], isReplanned?: boolean): Promise<Row[]> {
    const rows = await this.sql.all<Row>(text, params, isReplanned);
    if (!/^\s*select\b/i.test(text)) this.changed += rows.length;
    return rows;
  }
  async run(text: string, params?: readonly Param[]): Promise<number> {
    const changed = await this.sql.run(text, params);
    this.changed += changed;
    return changed;
  }
}

/** The part of an act that one transaction stores. */
export class ActInTransaction {
  #isStoring = false;
  private constructor(readonly act: Act) {}

  /** Returns undefined for transactions that belong to no act, which are nearly all. */
  static begin(): ActInTransaction | undefined {
    const act = openAct();
    return act && new ActInTransaction(act);
  }

  async run<T>(tx: Sql, work: (tx: Sql) => Promise<T>): Promise<T> {
    const counting = new CountingSql(tx);
    const value = await work(counting);
    if (counting.changed > 0) await this.store(tx);
    return value;
  }

  async store(tx: Sql): Promise<void> {
    // Another transaction of the same act stores the record at this moment.
    if (this.act.state !== "open") return;
    this.act.state = "storing";
    this.#isStoring = true;
    await this.act.store(tx);
  }

  ended(isCommitted: boolean): void {
    if (this.#isStoring) this.act.state = isCommitted ? "stored" : "open";
    this.#isStoring = false;
  }
}
