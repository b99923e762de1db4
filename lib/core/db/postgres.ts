/** PostgreSQL behind the same interface. Writers run side by side; the database keeps them apart. */
import pg from "pg";
import { logger } from "@/lib/core/log/logger";
import { type Database, type Param, type Sql, translate } from "./sql";

// int8 holds epoch milliseconds, sequences and counts here, all far below 2^53.
pg.types.setTypeParser(20, Number);
pg.types.setTypeParser(1700, Number);

/** Statements are named by their text so that the server plans each once per connection. */
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

/** PostgreSQL's text cannot hold NUL, and an id with one in it is simply not there: no such input may fail a statement. */
const bindable = (params: readonly Param[]): Param[] =>
  params.map((value) => (typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value));

type QueryConfig = { values?: Param[] };
const query = pg.Client.prototype.query as (this: pg.Client, config: QueryConfig, ...more: unknown[]) => unknown;

/** A connection as this process needs it, whoever writes the statements: this file or Prisma. */
export class Connection extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // A server that restarts ends connections in the midst of a transaction too, where no pool listens: the statement
    // under way fails by itself, but an error event that nobody hears would end the process.
    this.on("error", (error) => logger.warn({ err: error.message }, "postgresql: a connection ended"));
  }
}
Connection.prototype.query = function (this: pg.Client, config: QueryConfig, ...more: unknown[]) {
  return query.call(this, config.values ? { ...config, values: bindable(config.values) } : config, ...more);
} as unknown as typeof pg.Client.prototype.query;

class PostgresTransaction implements Sql {
  readonly provider = "postgresql";
  constructor(readonly client: pg.PoolClient | pg.Pool) {}

  async all<Row>(text: string, params: readonly Param[] = []): Promise<Row[]> {
    const result = await this.client.query({ name: names.of(text), text, values: params as Param[] });
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
    // Each connection has logged it already.
    this.#pool.on("error", () => {});
    this.#plain = new PostgresTransaction(this.#pool);
  }

  async all<Row>(text: string, params?: readonly Param[]): Promise<Row[]> {
    try {
      return await this.#plain.all<Row>(text, params);
    } catch (error) {
      throw translate(error);
    }
  }

  async run(text: string, params?: readonly Param[]): Promise<number> {
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
    try {
      await client.query("BEGIN");
      const value = await work(new PostgresTransaction(client));
      await client.query("COMMIT");
      return value;
    } catch (error) {
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
