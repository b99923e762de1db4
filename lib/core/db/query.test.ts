import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { contains, inList, queriesIn, query, readPage, sql, transaction } from ".";
import { db } from "./client";

describe.each(databases)("Kysely on $provider", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());

  const put = (key: string, value: string, version = 0) =>
    query().insertInto("setting").values({ key, value, version }).execute();
  const storedValue = async (key: string) =>
    (await query().selectFrom("setting").select("value").where("key", "=", key).executeTakeFirst())?.value;

  it("counts the rows a statement changed and returns those it is asked to return", async () => {
    await put("a", "1");
    const change = query().updateTable("setting").set({ value: "2" }).where("key", "=", "a");
    expect((await change.executeTakeFirst()).numUpdatedRows).toBe(1n);
    expect(await change.returning(["value", "version"]).execute()).toEqual([{ value: "2", version: 0 }]);
  });

  it("reads rows as ordinary objects, which pages may hand to their client part", async () => {
    await put("plain", "1");
    const rows = await query().selectFrom("setting").select("value").where("key", "=", "plain").execute();
    expect(rows.map((row) => Object.getPrototypeOf(row))).toEqual([Object.prototype]);
  });

  if (kind.provider === "postgresql")
    it("has statements with a limit planned for their values", async () => {
      await transaction(async (trx) => {
        const rows = trx.selectFrom("setting").select("value");
        await rows.where("key", "=", "planned once").execute();
        await rows.where("value", "=", "planned anew").orderBy("key").limit(3).execute();
        await trx
          .selectFrom(rows.where("version", "=", 3).limit(3).as("some"))
          .selectAll()
          .execute();
        const kept = sql<{
          statement: string;
        }>`select statement from pg_prepared_statements where statement like '%"value"%'`;
        const { rows: named } = await kept.execute(trx);
        expect(named.some(({ statement }) => statement.includes('where "key" ='))).toBe(true);
        expect(named.filter(({ statement }) => statement.includes(" limit "))).toEqual([]);
      });
    });

  it("undoes a transaction that throws, rows of its own statements included", async () => {
    const failing = transaction(async (trx) => {
      await trx.insertInto("setting").values({ key: "undone", value: "" }).execute();
      await trx.insertInto("setting").values({ key: "undone too", value: "" }).returning("key").execute();
      throw new Error("undo");
    });
    await expect(failing).rejects.toThrow("undo");
    expect(await storedValue("undone")).toBeUndefined();
    expect(await storedValue("undone too")).toBeUndefined();
  });

  it("shares the transaction of a group commit", async () => {
    await db().write(async (tx) => {
      await tx.run("INSERT INTO setting (key, value) VALUES ($1, $2)", ["shared", "raw"]);
      await queriesIn(tx).updateTable("setting").set({ value: "kysely" }).where("key", "=", "shared").execute();
      expect(await tx.all("SELECT value FROM setting WHERE key = $1", ["shared"])).toEqual([{ value: "kysely" }]);
    });
    expect(await storedValue("shared")).toBe("kysely");
  });

  it("keeps 40 transactions apart that each read and then write one row", async () => {
    await put("counter", "0");
    await Promise.all(
      Array.from({ length: 40 }, () =>
        transaction(async (trx) => {
          const held = trx.updateTable("setting").set({ version: 1 }).where("key", "=", "counter");
          const { value } = await held.returning("value").executeTakeFirstOrThrow();
          const next = String(Number(value) + 1);
          await trx.updateTable("setting").set({ value: next }).where("key", "=", "counter").execute();
        }),
      ),
    );
    expect(await storedValue("counter")).toBe("40");
  });

  it("finds listed keys, none in an empty list, and none that holds NUL", async () => {
    await put("one", "");
    await put("two", "");
    const keys = async (list: string[]) =>
      (await query().selectFrom("setting").select("key").where("key", "in", inList(list)).execute()).map((r) => r.key);
    expect((await keys(["one", "two", "missing", "nul\0"])).sort()).toEqual(["one", "two"]);
    expect(await keys([])).toEqual([]);
    const numbers = query()
      .selectFrom("setting")
      .select("key")
      .where("version", "in", inList([41, 42]));
    await put("numbered", "", 42);
    expect(await numbers.execute()).toEqual([{ key: "numbered" }]);
    const none = query().selectFrom("setting").select("key").where("version", "in", inList<number>([]));
    expect(await none.execute()).toEqual([]);
  });

  it("finds text that holds the signs of a pattern as it stands", async () => {
    await put("pattern 1", "100% \\ of_it");
    await put("pattern 2", "100 percent of it");
    const found = (text: string) =>
      query()
        .selectFrom("setting")
        .select("key")
        .where((eb) => contains(eb.ref("value"), text))
        .where("key", "like", "pattern%")
        .execute();
    expect(await found("0%")).toEqual([{ key: "pattern 1" }]);
    expect(await found("f_i")).toEqual([{ key: "pattern 1" }]);
    expect(await found("\\")).toEqual([{ key: "pattern 1" }]);
    expect(await found("100")).toHaveLength(2);
  });

  describe("a page by keyset", () => {
    const settings = () => query().selectFrom("setting").select(["key", "version"]).where("key", "like", "page-%");
    beforeAll(async () => {
      for (const [key, version] of [
        ["page-a", 7],
        ["page-b", 7],
        ["page-c", 5],
        ["page-d", 7],
        ["page-e", 9],
      ] as const)
        await put(key, "", version);
    });

    it.each([
      ["desc", "edbac"],
      ["asc", "cabde"],
    ] as const)("shows every row once when columns tie (%s)", async (direction, expected) => {
      for (const limit of [1, 2, 4, 5, 6]) {
        let seen = "";
        let after: Parameters<typeof readPage>[2]["after"];
        do {
          const page = await readPage(settings(), { by: ["version", "key"], direction }, { after, limit });
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          for (const { row, cursor } of page.rows) {
            expect(cursor).toEqual([row.version, row.key]);
            seen += row.key.slice(5);
          }
          after = page.next;
        } while (after);
        expect(seen).toBe(expected);
      }
    });

    it("orders by one column, named with its table", async () => {
      const page = await readPage(
        settings(),
        { by: ["setting.key"], direction: "asc" },
        { after: ["page-c"], limit: 1 },
      );
      expect(page).toEqual({
        rows: [{ row: { key: "page-d", version: 7 }, cursor: ["page-d"] }],
        next: ["page-d"],
      });
    });
  });

  it("has every column of the generated types in the database, and no other", async () => {
    const text = readFileSync("generated/tables.ts", "utf8");
    const types = new Map<string, string[]>();
    for (const [, name, body] of text.matchAll(/^export interface (\w+) \{\n([\s\S]*?)^\}/gm))
      types.set(
        name!,
        [...body!.matchAll(/^ {2}(\w+): /gm)].map((match) => match[1]!),
      );
    const tables = [...text.slice(text.indexOf("interface Tables")).matchAll(/^ {2}(\w+): (\w+);/gm)];
    expect(tables.length).toBeGreaterThan(40);
    for (const [, table, type] of tables) {
      const columns = await database.all<{ name: string }>(
        kind.provider === "sqlite"
          ? `SELECT name FROM pragma_table_info('${table}')`
          : `SELECT column_name AS name FROM information_schema.columns WHERE table_name = '${table}' AND table_schema = 'public'`,
      );
      expect(columns.map(({ name }) => name).sort(), table).toEqual(types.get(type!)!.sort());
    }
  });
});
