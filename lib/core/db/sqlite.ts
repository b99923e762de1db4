/**
 * SQLite through Node's own `node:sqlite`, which is synchronous. Everything of this process that opens a SQLite file does it
 * here: the connections of stores and of Prisma, migrations, backups and file locks (docs/decisions/012-node-sqlite.md).
 */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";

/** The number of statements kept prepared per connection. Filters build a few hundred different ones at most. */
const MAX_STATEMENTS = 500;

/** SQLite's names of the result codes that the code handles. */
const CODES: Record<number, string> = {
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB",
};

/** SQLite's extended result code of a driver's error; undefined for any other error. */
export const resultCode = (error: unknown): number | undefined =>
  (error as { code?: unknown })?.code === "ERR_SQLITE_ERROR" ? (error as { errcode: number }).errcode : undefined;

/** SQLite's name of what went wrong, for example SQLITE_BUSY; undefined for other errors and for unlisted codes. */
export function sqliteCode(error: unknown): string | undefined {
  const code = resultCode(error);
  return code === undefined ? undefined : CODES[code & 0xff];
}

/** A function that makes `{ name: values[0], … }`: compiled, so that all rows of a statement share one hidden class. */
function rowMaker(names: string[]): (values: SQLOutputValue[]) => object {
  const fields = names.map((name, index) => `${JSON.stringify(name)}: values[${index}]`);
  return new Function("values", `return { ${fields.join(", ")} };`) as (values: SQLOutputValue[]) => object;
}

/**
 * A prepared statement. Parameters are written `?`, or `$1`, `$2`… in any order and any number of times: Node 22 does not bind
 * numbered parameters by position, so they become plain ones, and the values are laid out in the order of the text.
 */
export class SqliteStatement {
  readonly raw: StatementSync;
  /** Index into the caller's values for each `?`; undefined where the values are already in order. */
  readonly #order: number[] | undefined;
  #toRow: ((values: SQLOutputValue[]) => object) | undefined;

  constructor(database: DatabaseSync, text: string) {
    const order: number[] = [];
    const plain = text.replace(/\$(\d+)/g, (_, number: string) => {
      order.push(Number(number) - 1);
      return "?";
    });
    this.raw = database.prepare(plain);
    this.raw.setReturnArrays(true);
    if (order.some((at, index) => at !== index)) this.#order = order;
  }

  /** Rows as arrays, in the order of their columns. */
  values(values: readonly SQLInputValue[]): SQLOutputValue[][] {
    return this.raw.all(...this.#laidOut(values)) as unknown as SQLOutputValue[][];
  }

  /**
   * Rows as ordinary objects of one shape. The driver's own have no prototype, which React refuses to hand from a page's server
   * part to its client part, and are slow to make and to read (decision 012).
   */
  all(values: readonly SQLInputValue[]): object[] {
    const rows = this.values(values);
    this.#toRow ??= rowMaker(this.raw.columns().map(({ name }) => name));
    return rows.map(this.#toRow);
  }

  /** Number of rows changed. */
  run(values: readonly SQLInputValue[]): number {
    return Number(this.raw.run(...this.#laidOut(values)).changes);
  }

  #laidOut(values: readonly SQLInputValue[]): readonly SQLInputValue[] {
    return this.#order ? this.#order.map((at) => values[at] as SQLInputValue) : values;
  }
}

/**
 * Opens a SQLite file. Foreign keys are enforced and double quotes mark names alone, as is the driver's default.
 *
 * @param timeout ms in which SQLite waits for other programs' locks, holding up the process
 */
export const openFile = (file: string, { timeout = 0, foreignKeys = true } = {}): DatabaseSync =>
  new DatabaseSync(file, { timeout, enableForeignKeyConstraints: foreignKeys });

/** A connection that can leave its file and come back, and keeps its statements prepared. */
export class SqliteConnection {
  #statements = new Map<string, SqliteStatement>();
  #begin!: StatementSync;
  #commit!: StatementSync;
  raw!: DatabaseSync;

  /**
   * @param connect opens the file with the PRAGMAs of this connection's role
   * @param prepared called once for each new statement
   */
  constructor(
    readonly connect: () => DatabaseSync,
    readonly prepared: (statement: SqliteStatement) => void = () => {},
  ) {
    this.open();
  }

  open(): void {
    this.raw = this.connect();
    this.#begin = this.raw.prepare("BEGIN IMMEDIATE");
    this.#commit = this.raw.prepare("COMMIT");
  }

  close(): void {
    this.#statements.clear();
    this.raw.close();
  }

  prepare(text: string): SqliteStatement {
    let statement = this.#statements.get(text);
    if (!statement) {
      if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
      statement = new SqliteStatement(this.raw, text);
      this.prepared(statement);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  begin(): void {
    this.#begin.run();
  }

  commit(): void {
    this.#commit.run();
  }

  /** Ends the transaction under way; nothing when SQLite itself has rolled it back, as it does on a full disk. */
  rollback(): void {
    if (this.raw.isTransaction) this.raw.exec("ROLLBACK");
  }
}
