/** PostgreSQL behind the same interface. Writers run side by side; the database keeps them apart. */
import pg from "pg";
import { openAct } from "@/lib/core/acts";
import { logger } from "@/lib/core/log/logger";
import { ActInTransaction } from "./acts";
import { type Database, type Param, type Sql, translate } from "./sql";

// Read int8 as a number: here it holds epoch milliseconds, sequences and counts, all far below 2^53.
pg.types.setTypeParser(20, Number);
pg.types.setTypeParser(1700, Number);

/**
 * Names each statement by its text, so that the server parses it once per connection, and plans it once, too, after it has
 * run five times.
 */
class Names {
  #names = new Map<string, string>();
  of(text: string): string | undefined {
    let name = this.#names.get(text);
    if (!name) {
      if (this.#names.size >= 300) return undefined;
      name = `m${this.#names.size}`;
      this.#names.set(text, name);
    }
    return name;
  }
}
const names = new Names();

/**
 * Replaces NUL, which PostgreSQL's text cannot hold: a value with NUL matches nothing, but must not make a statement
 * fail.
 */
const bindable = (params: readonly Param[]): Param[] =>
  params.map((value) => (typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value));

type QueryConfig = { values?: Param[] };
const query = pg.Client.prototype.query as (this: pg.Client, config: QueryConfig, ...more: unknown[]) => unknown;

/** A connection with the settings this process needs, used both by this file and by Prisma. */
export class Connection extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // A restarting server also ends connections that are inside a transaction, where no pool listens. The running
    // statement fails by itself, but without a listener the error event would end the process.
    this.on("error", (error) => logger.warn({ err: error.message }, "postgresql: a connection ended"));
  }
}
Connection.prototype.query = function (this: pg.Client, config: QueryConfig, ...more: unknown[]) {
  return query.call(this, config.values ? { ...config, values: bindable(config.values) } : config, ...more);
} as unknown as typeof pg.Client.prototype.query;

class PostgresTransaction implements Sql {
  readonly provider = "postgresql";
  constructor(readonly client: pg.PoolClient | pg.Pool) {}

  async all<Row>(text: string, params: readonly Param[] = [], isReplanned = false): Promise<Row[]> {
    const name = isReplanned ? undefined : names.of(text);
    const result = await this.client.query({ name, text, values: params as Param[] });
    return result.rows as Row[];
  }

  async run(text: string, params: readonly Param[] = []): Promise<number> {
    const result = await this.client.query({ name: names.of(text), text, values: params as Param[] });
    return result.rowCount ?? 0;
  }
}

export class PostgresDatabase implements Database {
  readonly provider = "postgresql";
  #pool: pg.Pool;
  #plain: PostgresTransaction;

  constructor(connectionString: string) {
    const limits = { max: 10, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 5000 };
    this.#pool = new pg.Pool({ connectionString, Client: Connection, ...limits });
    // Each connection has logged its error already; without this listener the event would end the process.
    this.#pool.on("error", () => {});
    this.#plain = new PostgresTransaction(this.#pool);
  }

  async all<Row>(text: string, params?: readonly Param[], isReplanned?: boolean): Promise<Row[]> {
    try {
      return await this.#plain.all<Row>(text, params, isReplanned);
    } catch (error) {
      throw translate(error);
    }
  }

  async run(text: string, params?: readonly Param[]): Promise<number> {
    // The record of an act is stored in the transaction of its change.
    if (openAct()) return this.write((tx) => tx.run(text, params));
    try {
      return await this.#plain.run(text, params);
    } catch (error) {
      throw translate(error);
    }
  }

  async write<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw translate(error);
    }
    let broken = false;
    const act = ActInTransaction.begin();
    try {
      await client.query("BEGIN");
      const tx = new PostgresTransaction(client);
      const value = await (act ? act.run(tx, work) : work(tx));
      await client.query("COMMIT");
      act?.ended(true);
      return value;
    } catch (error) {
      act?.ended(false);
      await client.query("ROLLBACK").catch(() => {
        broken = true;
      });
      throw translate(error);
    } finally {
      client.release(broken);
    }
  }

  async close() {
    await this.#pool.end();
  }
}
