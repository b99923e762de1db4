/**
 * SQLite under Prisma: the stock libsql adapter over connections of our own. The adapter's own client leaves a
 * connection behind with every interactive transaction (and starts the next without our PRAGMAs) and lets reads wait for
 * the transaction under way, so that a read inside its callback waits for itself. Here one connection writes,
 * transactions included, and another reads and waits for nobody.
 */
import { PrismaLibSql } from "@prisma/adapter-libsql";
import type { SqlDriverAdapter, SqlDriverAdapterFactory, Transaction } from "@prisma/driver-adapter-utils";
import type Libsql from "libsql";
import { openSqlite, sqliteConnections, writeMutex } from "./client";
import { patiently } from "./sql";

type Value = string | number | bigint | boolean | null | ArrayBuffer | Uint8Array;
type Client = ReturnType<PrismaLibSql["createClient"]>;

/** As much of libsql's client interface as the adapter calls. */
class Connection {
  #statements = new Map<string, Libsql.Statement<unknown[]>>();
  raw!: Libsql.Database;
  readonly #seat = {
    open: () => {
      this.raw = openSqlite(this.file, this.role);
    },
    close: () => {
      this.#statements.clear();
      this.raw.close();
    },
  };

  constructor(
    readonly file: string,
    readonly role: "reader" | "writer",
  ) {
    this.#seat.open();
    sqliteConnections.add(this.#seat);
  }

  async execute({ sql, args }: { sql: string; args: Value[] }) {
    const statement = this.#prepare(sql);
    const values = args.map((value) => (typeof value === "boolean" ? Number(value) : bytes(value)));
    if (!statement.reader) {
      const { changes } = await patiently(() => statement.run(values));
      return { columns: [], columnTypes: [], rows: [], rowsAffected: changes };
    }
    const columns = statement.columns();
    const rows = await patiently(() => statement.all(values) as unknown[][]);
    return {
      columns: columns.map((column) => column.name),
      columnTypes: columns.map((column) => column.type ?? ""),
      rows: rows.map((row) => row.map((value) => (Buffer.isBuffer(value) ? new Uint8Array(value).buffer : value))),
      rowsAffected: 0,
    };
  }

  async executeMultiple(sql: string) {
    this.raw.exec(sql);
  }

  async transaction() {
    await patiently(() => this.raw.exec("BEGIN IMMEDIATE"));
    const end = (word: "COMMIT" | "ROLLBACK") => async () => {
      try {
        if (this.raw.inTransaction) this.raw.exec(word);
        else if (word === "COMMIT") throw new Error("The database has rolled this transaction back");
      } finally {
        // A commit the database refuses leaves the transaction open; the connection is the next one's as well.
        if (this.raw.inTransaction) this.raw.exec("ROLLBACK");
      }
    };
    return {
      execute: async (statement: { sql: string; args: Value[] }) => {
        // After an error such as a full disk SQLite itself rolls back: what follows must not be committed on its own.
        if (!this.raw.inTransaction) throw new Error("The database has rolled this transaction back");
        return this.execute(statement);
      },
      commit: end("COMMIT"),
      rollback: end("ROLLBACK"),
    };
  }

  close() {
    sqliteConnections.delete(this.#seat);
    this.#seat.close();
  }

  #prepare(sql: string) {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size > 500) this.#statements.clear();
      statement = this.raw.prepare(sql) as Libsql.Statement<unknown[]>;
      statement.safeIntegers(true);
      if (statement.reader) statement.raw(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const bytes = (value: Exclude<Value, boolean>) => (value instanceof ArrayBuffer ? Buffer.from(value) : value);

class Factory extends PrismaLibSql {
  role: "reader" | "writer" = "writer";
  override createClient({ url }: { url: string }): Client {
    return new Connection(url, this.role) as unknown as Client;
  }
}

const reads = /^\s*(select|explain)\b/i;

/**
 * Adapter factory for the SQLite file. Whatever may write takes the process's write mutex (client.ts).
 * @param file path of the database file
 */
export function sqliteAdapter(file: string): SqlDriverAdapterFactory {
  const factory = new Factory({ url: file });
  const { provider, adapterName } = factory;
  return {
    provider,
    adapterName,
    async connect() {
      factory.role = "writer";
      const writer = await factory.connect();
      factory.role = "reader";
      return separated(writer, await factory.connect());
    },
  };
}

function separated(writer: SqlDriverAdapter, reader: SqlDriverAdapter): SqlDriverAdapter {
  const locked =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A) =>
      writeMutex.runExclusive(() => call(...args));
  const write = locked(writer.queryRaw.bind(writer));
  return {
    provider: writer.provider,
    adapterName: writer.adapterName,
    queryRaw: (query) => (reads.test(query.sql) ? reader.queryRaw(query) : write(query)),
    executeRaw: locked(writer.executeRaw.bind(writer)),
    executeScript: locked(writer.executeScript.bind(writer)),
    getConnectionInfo: () => writer.getConnectionInfo?.() ?? { supportsRelationJoins: false },
    dispose: async () => {
      await writeMutex.runExclusive(() => writer.dispose());
      await reader.dispose();
    },
    startTransaction: async (isolationLevel) => {
      const release = await writeMutex.acquire();
      try {
        return releasing(await writer.startTransaction(isolationLevel), release);
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

/** The transaction, giving the mutex back however it ends. */
function releasing(tx: Transaction, release: () => void): Transaction {
  return {
    provider: tx.provider,
    adapterName: tx.adapterName,
    options: tx.options,
    queryRaw: (query) => tx.queryRaw(query),
    executeRaw: (query) => tx.executeRaw(query),
    commit: () => tx.commit().finally(release),
    rollback: () => tx.rollback().finally(release),
    createSavepoint: tx.createSavepoint?.bind(tx),
    rollbackToSavepoint: tx.rollbackToSavepoint?.bind(tx),
    releaseSavepoint: tx.releaseSavepoint?.bind(tx),
  };
}
