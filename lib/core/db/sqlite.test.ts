import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { databases } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { db, disconnect, disconnectPrisma, prisma } from ".";
import { openFile, SqliteConnection, SqliteStatement, sqliteCode } from "./sqlite";

let folder: string;
let raw: DatabaseSync;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-sqlite-"));
  raw = openFile(join(folder, "test.db"));
  raw.exec("CREATE TABLE pair (a INTEGER PRIMARY KEY, b TEXT)");
});
afterEach(() => {
  if (raw.isOpen) raw.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("SqliteStatement", () => {
  it("lays values out by number, whatever the order and however often each is named", () => {
    expect(new SqliteStatement(raw, "INSERT INTO pair (b, a) VALUES ($2, $1)").run([1, "one"])).toBe(1);
    const found = new SqliteStatement(raw, "SELECT b, $1 + $1 AS twice, $2 AS text FROM pair WHERE a = $1");
    expect(found.all([1, "x"])).toEqual([{ b: "one", twice: 2, text: "x" }]);
  });

  it("takes plain question marks in order", () => {
    new SqliteStatement(raw, "INSERT INTO pair (a, b) VALUES (?, ?)").run([2, "two"]);
    expect(new SqliteStatement(raw, "SELECT b FROM pair WHERE a = ?").all([2])).toEqual([{ b: "two" }]);
  });
});

describe("sqliteCode", () => {
  it("names a lock that another connection holds", () => {
    const other = openFile(join(folder, "test.db"));
    other.exec("BEGIN EXCLUSIVE");
    let caught: unknown;
    try {
      raw.exec("INSERT INTO pair VALUES (1, 'x')");
    } catch (error) {
      caught = error;
    }
    other.close();
    expect(sqliteCode(caught)).toBe("SQLITE_BUSY");
  });

  it("names nothing for other errors", () => {
    expect(sqliteCode(new Error("database is locked"))).toBeUndefined();
    expect(sqliteCode(null)).toBeUndefined();
  });
});

describe("SqliteConnection", () => {
  it("rolls nothing back when no transaction is open", () => {
    const connection = new SqliteConnection(() => openFile(join(folder, "test.db")));
    connection.begin();
    connection.prepare("INSERT INTO pair VALUES ($1, $2)").run([3, "three"]);
    connection.commit();
    connection.rollback();
    expect(connection.prepare("SELECT b FROM pair").all([])).toEqual([{ b: "three" }]);
    connection.close();
  });

  it("prepares its statements again after it was closed and opened", () => {
    const connection = new SqliteConnection(() => openFile(join(folder, "test.db")));
    const text = "SELECT count(*) AS n FROM pair";
    expect(connection.prepare(text).all([])).toEqual([{ n: 0 }]);
    connection.close();
    connection.open();
    expect(connection.prepare(text).all([])).toEqual([{ n: 0 }]);
    connection.close();
  });
});

describe("disconnect", () => {
  it("leaves every row in the one database file", async () => {
    const database = await openRoom(databases.find(({ provider }) => provider === "sqlite")!);
    const file = database.url.slice("file:".length);
    await (await prisma()).setting.create({ data: { key: "by Prisma", value: "1" } });
    await db().run("INSERT INTO setting (key, value) VALUES ($1, $2)", ["by a store", "2"]);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    await disconnectPrisma();
    await disconnect();
    expect(existsSync(`${file}-wal`) ? statSync(`${file}-wal`).size : 0).toBe(0);
    const copy = join(folder, "copy.db");
    copyFileSync(file, copy);
    const reader = openFile(copy);
    expect(reader.prepare("SELECT key FROM setting WHERE key LIKE 'by %' ORDER BY key").all()).toEqual([
      { key: "by Prisma" },
      { key: "by a store" },
    ]);
    reader.close();
    await database.close();
  });
});
