/**
 * Kysely over the connections of this folder. Stores build typed statements with it, which use the same mutex, prepared
 * statements and error translation as SQL text (docs/decisions/010-kysely.md).
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type Selectable,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Tables } from "@/generated/tables";
import { db } from "./client";
import type { Database, Param, Sql } from "./sql";

/** The statements of one connection or transaction. Kysely's own transactions are left out: `transaction` takes their place. */
export type Queries = Pick<
  Kysely<Tables>,
  "selectFrom" | "selectNoFrom" | "insertInto" | "updateTable" | "deleteFrom" | "with" | "getExecutor"
>;
/** A row as it is read from a table. */
export type Row<Table extends keyof Tables> = Selectable<Tables[Table]>;

const driver = new DummyDriver();
const sqlite: Dialect = {
  createDriver: () => driver,
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (queries) => new SqliteIntrospector(queries),
};
const postgresql: Dialect = {
  createDriver: () => driver,
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (queries) => new PostgresIntrospector(queries),
};
const dialects = Object.fromEntries(
  Object.entries({ sqlite, postgresql }).map(([provider, dialect]) => [
    provider,
    { dialect, compiler: dialect.createQueryCompiler(), adapter: dialect.createAdapter() },
  ]),
);

/**
 * Statements that PostgreSQL must plan for their values. With a LIMIT it weighs walking an index until enough rows match
 * against collecting all matches, and a plan for any values walks: 310 ms for a word that no log has, instead of 0.3. Kysely
 * writes keywords in lower case and quotes every name.
 */
const LIMITED = / limit /;

/**
 * Runs compiled Kysely statements on one of our connections. `write` runs a statement that both changes and returns
 * rows.
 */
class Executor implements DatabaseConnection {
  constructor(
    readonly sql: Sql,
    readonly write: Database["write"],
  ) {}

  async executeQuery<R>({ sql: text, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const params = parameters as readonly Param[];
    if (query.kind === "SelectQueryNode" || query.kind === "RawNode")
      return { rows: await this.sql.all<R>(text, params, LIMITED.test(text)) };
    if ("returning" in query && query.returning) return { rows: await this.write((tx) => tx.all<R>(text, params)) };
    return { rows: [], numAffectedRows: BigInt(await this.sql.run(text, params)) };
  }

  // biome-ignore lint/correctness/useYield: part of Kysely's interface; results are read page by page instead.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error("Results are not streamed: read them by keyset, page by page");
  }
}

function queriesOf(sql: Sql, write: Database["write"]): Queries {
  const { dialect, compiler, adapter } = dialects[sql.provider]!;
  const connection = new Executor(sql, write);
  const executor = new DefaultQueryExecutor(compiler, adapter, { provideConnection: (use) => use(connection) });
  return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor });
}

let current: { database: Database; queries: Queries } | undefined;

/** Statements outside of a transaction: each commits by itself. @throws Error before connect() */
export function query(): Queries {
  const database = db();
  if (current?.database !== database)
    current = { database, queries: queriesOf(database, (work) => database.write(work)) };
  return current.queries;
}

const inTransactions = new WeakMap<Sql, Queries>();

/**
 * Statements in a running transaction, for writers of `ingest`. All transactions of SQLite have one connection, and building
 * the object anew for each was the most expensive thing that a server at rest did in its own code.
 */
export function queriesIn(tx: Sql): Queries {
  let queries = inTransactions.get(tx);
  if (!queries) {
    queries = queriesOf(tx, (work) => work(tx));
    inTransactions.set(tx, queries);
  }
  return queries;
}

/**
 * Runs `work` in one transaction, on SQLite while no other writer of this process runs. Rolls back when it throws. Use
 * only `trx` inside: on SQLite a write by `query()` would wait for this transaction, which waits for it.
 */
export const transaction = <T>(work: (trx: Queries) => Promise<T>): Promise<T> =>
  db().write((tx) => work(queriesIn(tx)));
