import { readdirSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { insertLogs } from "@/tests/db/logs";
import { runProcess } from "@/tests/db/processes";
import { openRoom } from "@/tests/db/rooms";
import { db, ingest, prisma } from ".";

/** Other connections of the test's own database (PostgreSQL). */
const BACKENDS = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()";

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe.each(databases)("lib/core/db on $provider", (kind) => {
  let database: TestDatabase;
  const addLog = ingest.register("test.log", insertLogs);
  const count = async (table: string, where = "1 = 1") =>
    Number((await database.all<{ n: number }>(`SELECT count(*) AS n FROM "${table}" WHERE ${where}`))[0]!.n);

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());

  it("keeps 50 interactive transactions, hot ingest and reads apart, and none is told the database is busy", async () => {
    const client = await prisma();
    await client.setting.create({ data: { key: "shared", value: "" } });
    let running = true;
    let strays = 0;
    const reader = (async () => {
      // Rows of a transaction that will be rolled back must never be seen from outside it.
      while (running) {
        strays += (await db().all(`SELECT key FROM setting WHERE key LIKE 'doomed%'`)).length;
        strays += await client.setting.count({ where: { key: { startsWith: "doomed" } } });
        await tick();
      }
    })();
    // Settled from the start: a rejection must have its listener before the loop below lets time pass.
    const transactions = Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        client.$transaction(
          async (tx) => {
            const doomed = index % 5 === 4;
            await tx.setting.create({ data: { key: `${doomed ? "doomed" : "kept"}-${index}`, value: "1" } });
            await tick();
            await tx.setting.update({ where: { key: "shared" }, data: { value: String(index) } });
            await tick();
            expect(await tx.setting.count({ where: { key: `${doomed ? "doomed" : "kept"}-${index}` } })).toBe(1);
            if (doomed) throw new Error(`undo ${index}`);
          },
          { maxWait: 30_000, timeout: 30_000 },
        ),
      ),
    );
    const plain = Array.from({ length: 50 }, (_, index) =>
      client.setting.create({ data: { key: `plain-${index}`, value: "" } }),
    );
    const logs: Promise<number>[] = [];
    for (let index = 0; index < 2000; index++) {
      logs.push(addLog({ message: `hot ${index}` }));
      if (index % 20 === 0) await tick();
    }
    const writes = Array.from({ length: 50 }, (_, index) =>
      db().write(async (tx) => {
        await tx.run("INSERT INTO setting (key, value) VALUES ($1, $2)", [`raw-${index}`, ""]);
        await tick();
        return tx.run("UPDATE setting SET value = $2 WHERE key = $1", [`raw-${index}`, "2"]);
      }),
    );
    const settled = await transactions;
    const others = await Promise.allSettled([...plain, ...logs, ...writes]);
    running = false;
    await reader;

    const reasons = settled.flatMap((result) => (result.status === "rejected" ? [result.reason.message] : []));
    expect(reasons).toEqual(Array.from({ length: 10 }, (_, index) => `undo ${index * 5 + 4}`));
    expect(others.filter((result) => result.status === "rejected")).toEqual([]);
    expect(strays).toBe(0);
    expect(await count("setting", "key LIKE 'kept-%'")).toBe(40);
    expect(await count("setting", "key LIKE 'doomed-%'")).toBe(0);
    expect(await count("setting", "key LIKE 'plain-%'")).toBe(50);
    expect(await count("setting", "key LIKE 'raw-%' AND value = '2'")).toBe(50);
    expect(await count("log", "message LIKE 'hot %'")).toBe(2000);
  });

  it("answers Prisma's reads while a transaction is open", async () => {
    const client = await prisma();
    const seen = await client.$transaction(async (tx) => {
      await tx.setting.create({ data: { key: "open", value: "" } });
      return [
        await client.setting.count({ where: { key: "open" } }),
        await tx.setting.count({ where: { key: "open" } }),
      ];
    });
    expect(seen).toEqual([0, 1]);
  });

  it("round-trips what Prisma stores: big integers, null, text beyond ASCII", async () => {
    const client = await prisma();
    const at = BigInt(Date.parse("2026-01-01T12:00:00.123Z"));
    const user = await client.user.create({
      data: { username: "ünï 🤖", email: "a@b.c", createdAt: at, fullname: "x'\"; --" },
    });
    expect(await client.user.findUnique({ where: { id: user.id } })).toMatchObject({
      username: "ünï 🤖",
      createdAt: at,
      phone: null,
      isActive: 1,
      fullname: "x'\"; --",
    });
    const bot = {
      id: "b1",
      name: "b",
      statusSince: 1_767_268_800_123n,
      tokenHash: "h",
      tokenCipher: "c",
      createdAt: 1n,
    };
    await client.bot.create({ data: bot });
    expect(await client.bot.findUnique({ where: { id: "b1" } })).toMatchObject(bot);
    const [raw] = await db().all<Record<string, unknown>>("SELECT status_since, total_logs FROM bot WHERE id = $1", [
      "b1",
    ]);
    expect(raw).toMatchObject({ status_since: 1_767_268_800_123, total_logs: 0 });
    const session = { id: "s", sessionToken: "t", expires: at, createdAt: at, lastSeenAt: at };
    await expect(client.bot.create({ data: bot })).rejects.toMatchObject({ code: "P2002" });
    await expect(client.session.create({ data: { ...session, userId: 999 } })).rejects.toThrow(/[Ff]oreign key/);
    await client.session.create({ data: { ...session, userId: user.id } });
    await client.user.delete({ where: { id: user.id } });
    expect(await client.session.count()).toBe(0);
  });

  it("rolls a failed write back and goes on", async () => {
    const failing = db().write(async (tx) => {
      await tx.run("INSERT INTO setting (key, value) VALUES ($1, $2)", ["undone", ""]);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await count("setting", "key = 'undone'")).toBe(0);
    expect(await db().run("INSERT INTO setting (key, value) VALUES ($1, $2)", ["after", ""])).toBe(1);
  });

  it("refuses only the caller whose row is bad, whether the writer says so or the statement fails", async () => {
    const jobs = ["a", "refused", "b", "broken", "c"].map((message) => addLog({ message }));
    const results = await Promise.allSettled(jobs);
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect((results[1] as PromiseRejectedResult).reason.message).toBe("this job is refused");
    expect(await count("log", "message IN ('a', 'b', 'c')")).toBe(3);
    expect(await count("log", "message IN ('refused', 'broken')")).toBe(0);
  });

  it("turns writers away once too many rows wait", async () => {
    const waiting = addLog({ message: "last" }, 99_999);
    await expect(addLog({ message: "over" }, 2)).rejects.toMatchObject({ code: "UNAVAILABLE", status: 503 });
    await waiting;
    await ingest.drain();
    await addLog({ message: "room again" }, 2);
  });

  it("answers 503 while the database cannot be had, stores nothing, and recovers by itself", async () => {
    const add = () => addLog({ message: "meanwhile" });
    if (kind.provider === "sqlite") {
      await database.run("BEGIN IMMEDIATE"); // another process writes, for longer than the driver waits
      await expect(add()).rejects.toMatchObject({ code: "UNAVAILABLE", status: 503 });
      await database.run("ROLLBACK");
    } else {
      const waiting = expect(db().run("SELECT pg_sleep(20)")).rejects.toMatchObject({
        code: "UNAVAILABLE",
        status: 503,
      });
      await vi.waitUntil(
        async () => (await database.all(`${BACKENDS} AND query LIKE '%pg_sleep(20)'`)).length > 0,
        15_000,
      );
      await database.run(BACKENDS.replace("SELECT pid", "SELECT pg_terminate_backend(pid)"));
      await waiting;
      // In the midst of a transaction, between two statements: it fails, and the process lives on.
      const halfway = db().write(async (tx) => {
        await tx.run("SELECT 1");
        await database.run(BACKENDS.replace("SELECT pid", "SELECT pg_terminate_backend(pid)"));
        await new Promise((resolve) => setTimeout(resolve, 200));
        return tx.run("SELECT 1");
      });
      await expect(halfway).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }
    expect(await count("log", "message = 'meanwhile'")).toBe(0);
    await vi.waitUntil(() => add().catch(() => undefined), 30_000);
    expect(await count("log", "message = 'meanwhile'")).toBe(1);
    expect(await (await prisma()).setting.count()).toBeGreaterThan(0);
  });

  it("keeps every write it has answered when the process is killed", async () => {
    const { stdout, signal } = await runProcess("tests/db/ingest-process.mts", [], {
      env: { DATABASE_URL: database.url, LOG_LEVEL: "error" },
      started: (child) => {
        let seen = 0;
        child.stdout!.on("data", (text: string) => {
          seen += text.length;
          if (seen > 40_000) child.kill("SIGKILL");
        });
      },
    });
    expect(signal).toBe("SIGKILL");
    const answered = stdout.slice(0, stdout.lastIndexOf("\n")).split("\n");
    expect(answered.length).toBeGreaterThan(1000);
    const stored = new Set(
      (await database.all<{ message: string }>("SELECT message FROM log")).map((row) => row.message),
    );
    expect(answered.filter((message) => !stored.has(message))).toEqual([]);
    if (kind.provider === "sqlite") {
      expect(await database.all("PRAGMA integrity_check")).toMatchObject([{ integrity_check: "ok" }]);
    }
  });

  it("does not gather connections, transaction after transaction", async () => {
    const client = await prisma();
    const links = () =>
      readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return /test\.db|socket:/.test(readlinkSync(`/proc/self/fd/${fd}`));
        } catch {
          return false; // the descriptor readdir itself used
        }
      }).length;
    const start = links();
    for (let index = 0; index < 100; index++) {
      await client.$transaction(async (tx) => {
        await tx.setting.update({ where: { key: "shared" }, data: { value: String(index) } });
      });
    }
    expect(links()).toBeLessThanOrEqual(start + 5);
  });
});
