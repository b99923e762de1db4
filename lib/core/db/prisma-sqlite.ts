/**
 * Prisma's driver adapter over our own connections. One connection writes, including transactions, under the process's
 * write mutex (client.ts). The other one reads and never waits.
 */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import {
  type ArgType,
  type ColumnType,
  ColumnTypeEnum,
  DriverAdapterError,
  type MappedError,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlQueryable,
  type SqlResultSet,
  type Transaction,
} from "@prisma/driver-adapter-utils";
import { openSqlite, sqliteConnections, writeMutex } from "./client";
import { patiently } from "./sql";
import { openFile, resultCode, SqliteConnection, sqliteCode } from "./sqlite";

const NAME = { provider: "sqlite", adapterName: "muster-node-sqlite" } as const;
const READS = /^\s*(select|explain)\b/i;

/**
 * Prisma's column types by the types that our migrations declare. For expressions, which have none, the first value
 * decides.
 */
const COLUMN_TYPES: Record<string, ColumnType> = {
  INTEGER: ColumnTypeEnum.Int32,
  BIGINT: ColumnTypeEnum.Int64,
  REAL: ColumnTypeEnum.Double,
  TEXT: ColumnTypeEnum.Text,
  BLOB: ColumnTypeEnum.Bytes,
  BOOLEAN: ColumnTypeEnum.Boolean,
  DATETIME: ColumnTypeEnum.DateTime,
};
const VALUE_TYPES: Record<string, ColumnType> = {
  string: ColumnTypeEnum.Text,
  bigint: ColumnTypeEnum.Int64,
  number: ColumnTypeEnum.UnknownNumber,
  object: ColumnTypeEnum.Bytes,
};

type Value = string | number | bigint | Uint8Array | null;

const connectionOf = (connect: () => DatabaseSync) =>
  new SqliteConnection(connect, ({ raw }) => {
    raw.setReadBigInts(true);
  });

function openAs(file: string, role: "reader" | "writer"): SqliteConnection {
  const connection = connectionOf(() => openSqlite(file, role));
  sqliteConnections.add(connection);
  return connection;
}

/** Runs `work` once no other program locks the file, and translates errors to those that Prisma knows. */
async function attempt<T>(work: () => T): Promise<T> {
  try {
    return await patiently(work);
  } catch (error) {
    throw new DriverAdapterError(mappedError(error));
  }
}

function queryable(connection: SqliteConnection): SqlQueryable {
  return {
    ...NAME,
    queryRaw: ({ sql, args, argTypes }) =>
      attempt((): SqlResultSet => {
        const statement = connection.prepare(sql);
        const rows = statement.values(args.map((value, index) => bound(value, argTypes[index]))) as Value[][];
        const columns = statement.raw.columns();
        const columnTypes = columns.map(
          ({ type }, index) =>
            COLUMN_TYPES[type?.toUpperCase() ?? ""] ??
            VALUE_TYPES[typeof (rows.find((row) => row[index] !== null)?.[index] ?? 0n)] ??
            ColumnTypeEnum.Text,
        );
        return {
          columnNames: columns.map(({ name }) => name),
          columnTypes,
          rows: rows.map((row) => row.map((value, index) => readValue(value, columnTypes[index]))),
        };
      }),
    executeRaw: ({ sql, args, argTypes }) =>
      attempt(() => connection.prepare(sql).run(args.map((value, index) => bound(value, argTypes[index])))),
  };
}

/** Converts a value from Prisma to what SQLite stores: booleans as 0 and 1, times as ISO text. */
function bound(value: unknown, type: ArgType | undefined): SQLInputValue {
  if (typeof value === "boolean") return Number(value);
  if (value instanceof Date) return value.toISOString().replace("Z", "+00:00");
  if (typeof value === "string" && type?.scalarType === "bigint") return BigInt(value);
  if (typeof value === "string" && type?.scalarType === "datetime") return bound(new Date(value), type);
  if (typeof value === "string" && type?.scalarType === "bytes") return Buffer.from(value, "base64");
  return value as SQLInputValue;
}

function readValue(value: Value, type: ColumnType | undefined): unknown {
  if (typeof value === "bigint" && type === ColumnTypeEnum.DateTime) return new Date(Number(value)).toISOString();
  return typeof value === "bigint" ? String(value) : value;
}

function mappedError(error: unknown): MappedError {
  const extendedCode = resultCode(error);
  if (extendedCode === undefined) throw error;
  const { message } = error as Error;
  const original = { originalCode: sqliteCode(error) ?? String(extendedCode), originalMessage: message };
  const fields = message
    .split("constraint failed: ")[1]
    ?.split(", ")
    .map((name) => name.split(".").at(-1) ?? name);
  const constraint = fields && { fields };
  switch (extendedCode) {
    case 1555: // SQLITE_CONSTRAINT_PRIMARYKEY
    case 2067: // SQLITE_CONSTRAINT_UNIQUE
      return { ...original, kind: "UniqueConstraintViolation", constraint };
    case 1299: // SQLITE_CONSTRAINT_NOTNULL
      return { ...original, kind: "NullConstraintViolation", constraint };
    case 787: // SQLITE_CONSTRAINT_FOREIGNKEY
      return { ...original, kind: "ForeignKeyConstraintViolation", constraint: { foreignKey: {} } };
  }
  if (sqliteCode(error) === "SQLITE_BUSY") return { ...original, kind: "SocketTimeout" };
  return { ...original, kind: "sqlite", extendedCode, message };
}

/** A transaction on the writing connection. `release` frees the write mutex, however the transaction ends. */
function transactionOf(connection: SqliteConnection, release: () => void): Transaction {
  const { queryRaw, executeRaw } = queryable(connection);
  // After an error such as a full disk, SQLite rolls back by itself. Refuse later statements, because each would commit
  // on its own.
  const within =
    <T>(run: (query: SqlQuery) => Promise<T>) =>
    async (query: SqlQuery) => {
      if (!connection.raw.isTransaction) throw new Error("The database has rolled this transaction back");
      return run(query);
    };
  const end = (work: () => void) => async () => {
    try {
      await attempt(work);
    } finally {
      // A commit that the database refuses leaves the transaction open; the next one uses the same connection.
      connection.rollback();
      release();
    }
  };
  const script = (sql: string) => attempt(() => connection.raw.exec(sql));
  return {
    ...NAME,
    options: { usePhantomQuery: true },
    queryRaw: within(queryRaw),
    executeRaw: within(executeRaw),
    commit: end(() => {
      if (!connection.raw.isTransaction) throw new Error("The database has rolled this transaction back");
      connection.commit();
    }),
    rollback: end(() => connection.rollback()),
    createSavepoint: (name) => script(`SAVEPOINT ${name}`),
    rollbackToSavepoint: (name) => script(`ROLLBACK TO ${name}`),
    releaseSavepoint: (name) => script(`RELEASE SAVEPOINT ${name}`),
  };
}

/**
 * Adapter factory for the SQLite file.
 * @param file path of the database file
 */
export function sqliteAdapter(file: string): SqlDriverAdapterFactory {
  return { ...NAME, connect: async () => adapterOver(openAs(file, "writer"), openAs(file, "reader")) };
}

/** An adapter over an empty in-memory database, on which the schema engine replays migrations. */
export function memoryAdapter(): SqlDriverAdapter {
  const connection = connectionOf(() => openFile(":memory:"));
  return adapterOver(connection, connection);
}

function adapterOver(writer: SqliteConnection, reader: SqliteConnection): SqlDriverAdapter {
  const writing = queryable(writer);
  const reading = queryable(reader);
  return {
    ...NAME,
    queryRaw: (query) =>
      READS.test(query.sql) ? reading.queryRaw(query) : writeMutex.runExclusive(() => writing.queryRaw(query)),
    executeRaw: (query) => writeMutex.runExclusive(() => writing.executeRaw(query)),
    executeScript: (sql) => writeMutex.runExclusive(() => attempt(() => writer.raw.exec(sql))),
    getConnectionInfo: () => ({ supportsRelationJoins: false }),
    startTransaction: async () => {
      const release = await writeMutex.acquire();
      try {
        await attempt(() => writer.begin());
        return transactionOf(writer, release);
      } catch (error) {
        release();
        throw error;
      }
    },
    dispose: () =>
      writeMutex.runExclusive(async () => {
        for (const connection of new Set([writer, reader])) {
          sqliteConnections.delete(connection);
          connection.close();
        }
      }),
  };
}
