/** Statistics of SQLite that follow the growth of its tables. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { db, sqliteConnections } from "./client";
import { refreshStatistics } from "./statistics";

const sqlite = databases.filter(({ provider }) => provider === "sqlite");

describe.each(sqlite)("statistics on $provider", (provider) => {
  let database: TestDatabase;
  afterEach(() => database.close());

  const addLogs = (from: number, to: number) =>
    db().run(
      `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to}) INSERT INTO log (seq, bot_id, type, message, at) SELECT i, 'b' || (i % 7), 'info', 'x', i FROM n`,
    );
  const statistics = () =>
    db().all<{ rows: number }>(
      "SELECT CAST(stat AS INTEGER) AS rows FROM sqlite_stat1 WHERE tbl = 'log' AND idx = 'log_bot_id_seq_idx'",
    );

  it("analyzes a table again once it has ten times as many rows, and not before", async () => {
    database = await openRoom(provider);
    // A connection learns the new figures when it opens.
    const connection = { close: vi.fn(), open: vi.fn() };
    sqliteConnections.add(connection);
    await addLogs(1, 50);
    expect(await refreshStatistics()).toContain("log");
    expect(await statistics()).toEqual([{ rows: 50 }]);
    await addLogs(51, 100);
    expect(await refreshStatistics()).toEqual([]);
    await addLogs(101, 2_000);
    expect(await refreshStatistics()).toEqual(["log"]);
    expect(await statistics()).toEqual([{ rows: 2_000 }]);
    expect(connection.open).toHaveBeenCalledTimes(2);
    expect(await refreshStatistics()).toEqual([]);
    expect(connection.open).toHaveBeenCalledTimes(2);
    sqliteConnections.delete(connection);
  });

  it("forgets the figures of a table that grew too large to analyze beside other work", async () => {
    database = await openRoom(provider);
    await addLogs(1, 50);
    await refreshStatistics();
    // A gap in the numbers passes for rows, because only both ends are read.
    await addLogs(100_001, 102_000);
    await addLogs(5_000_000, 5_000_001);
    expect(await refreshStatistics()).toEqual(["log"]);
    expect(await statistics()).toEqual([]);
    expect(await refreshStatistics()).toEqual([]);
  });
});
