/** Records of acts are stored in the transaction of the change, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { describeAct, performAct, recordActsBy, withinContext, withoutAct } from "@/lib/core/acts";
import { db, ingest, query, transaction } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { createChain } from "./chain";
import { createPerforming } from "./service.perform";
import { createAuditStore } from "./store";

const chain = createChain(() => Buffer.alloc(32, 7));
const request = { actor: actor(1), origin: { request_id: "req_1", address: "192.0.2.1", user_agent: "Test" } };

describe.each(databases)("acts on $provider", (kind) => {
  let database: TestDatabase;
  const store = createAuditStore(chain);
  const log = { warn: vi.fn() };
  let time = 1_000_000;
  const { perform, watch } = createPerforming({ store, now: () => time, newId, log });
  const act = <T>(work: () => Promise<T>, performed = { action: "renameBot" }) =>
    withinContext(request, () => perform(performed, work));
  const rename = (name: string) => query().updateTable("bot").set({ name }).where("id", "=", "b1").execute();
  const nameOf = async () => (await db().all<{ name: string }>("SELECT name FROM bot WHERE id = 'b1'"))[0]!.name;
  const records = () => query().selectFrom("audit_record").selectAll().orderBy("seq").execute();

  beforeAll(async () => {
    database = await openRoom(kind);
    await aStoredBot({ id: "b1", name: "old" });
  });
  beforeEach(async () => {
    time += 60_000;
    vi.restoreAllMocks();
    log.warn.mockClear();
    await db().run("DELETE FROM audit_record");
    await db().run("UPDATE bot SET name = 'old' WHERE id = 'b1'");
  });
  afterAll(() => database.close());

  it("stores who, from where, on what, and the fields that changed", async () => {
    await act(async () => {
      const target = { type: "bot", id: "b1", name: "old" };
      describeAct({ target, before: { name: "old", tags: [] }, after: { name: "new", tags: [] } });
      await rename("new");
    });
    const [record, ...more] = await records();
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      ...{ action: "renameBot", outcome: "done", code: null, at: time },
      ...{ by_kind: "person", by_id: "1", user_id: 1, address: "192.0.2.1", user_agent: "Test", request_id: "req_1" },
      ...{ target_type: "bot", target_id: "b1", target_name: "old", bot_id: "b1", position: null },
    });
    expect(JSON.parse(record!.detail!)).toEqual({ before: { name: "old" }, after: { name: "new" } });
    const { seq: _seq, mac, position: _position, hash: _hash, ...content } = record!;
    expect(mac).toBe(chain.macOf(content as never));
  });

  it("stores neither the change nor the record when either fails", async () => {
    const broken = vi.spyOn(store, "add").mockRejectedValue(new Error("no room"));
    await expect(act(() => rename("new"))).rejects.toThrow("no room");
    expect(await nameOf()).toBe("old");
    broken.mockRestore();
    const failing = act(() =>
      transaction(async (trx) => {
        await trx.updateTable("bot").set({ name: "new" }).where("id", "=", "b1").execute();
        throw new AppError("CONFLICT", "not now");
      }),
    );
    await expect(failing).rejects.toThrow("not now");
    expect([await nameOf(), await records()]).toEqual(["old", []]);
  });

  it("stores one record for several changes, and for none", async () => {
    await act(async () => {
      await rename("one");
      await transaction((trx) => trx.updateTable("bot").set({ name: "two" }).where("id", "=", "b1").execute());
    });
    await act(async () => {}, { action: "showToken" });
    expect((await records()).map(({ action }) => action)).toEqual(["renameBot", "showToken"]);
  });

  it("takes no update of nothing, and no counted attempt, for the change", async () => {
    const act404 = act(async () => {
      await query().updateTable("bot").set({ name: "x" }).where("id", "=", "none").execute();
      await withoutAct(() => rename("counted"));
      throw new AppError("NOT_FOUND", "No bot");
    });
    await expect(act404).rejects.toThrow("No bot");
    expect(await records()).toEqual([]);
  });

  it("records refusals, failures after a change, and bots that the caller may not see", async () => {
    const failing = [
      ["FORBIDDEN", async () => {}],
      ["CONFLICT", () => rename("new")],
      ["NOT_FOUND", async () => describeAct({ isHidden: true, target: { type: "bot", id: "b2" } })],
      ["CONFLICT", async () => {}],
    ] as const;
    for (const [code, work] of failing) {
      const failed = act(async () => {
        await work();
        throw new AppError(code, "no");
      });
      await expect(failed).rejects.toMatchObject({ code });
    }
    expect((await records()).map(({ outcome, code, bot_id }) => [outcome, code, bot_id])).toEqual([
      ["refused", "FORBIDDEN", null],
      ["done", null, null],
      ["failed", "CONFLICT", null],
      ["refused", "NOT_FOUND", "b2"],
    ]);
  });

  it("records only refusals of what leaves another record", async () => {
    await withinContext(request, () => watch({ action: "sendCommand" }, () => rename("new")));
    const refused = watch({ action: "sendCommand" }, async () => {
      throw new AppError("FORBIDDEN", "no");
    });
    await expect(refused).rejects.toThrow("no");
    expect((await records()).map(({ outcome, by_kind }) => [outcome, by_kind])).toEqual([["refused", "cli"]]);
  });

  it("records at most 60 refusals of a caller in a minute", async () => {
    for (let count = 0; count < 70; count++)
      await act(async () => {
        throw new AppError("FORBIDDEN", "no");
      }).catch(() => {});
    expect(await records()).toHaveLength(60);
    expect(log.warn).toHaveBeenCalledTimes(1);
  });

  it("stores the record with a row that others are written together with", async () => {
    const write = ingest.register<string, string | Error>("test.rename", async (tx, names) => {
      for (const name of names) await tx.run("UPDATE bot SET name = $1 WHERE id = 'b1'", [name]);
      return names.map((name) => (name === "refused" ? new AppError("CONFLICT", "no") : name));
    });
    const adds = vi.spyOn(store, "add");
    await Promise.all([
      write("no act"),
      act(() => write("one"), { action: "one" }),
      act(() => write("two"), { action: "two" }),
      act(() => write("refused"), { action: "three" }).catch(() => {}),
    ]);
    expect((await records()).map(({ action }) => action).sort()).toEqual(["one", "two"]);
    for (const [, tx] of adds.mock.calls) expect(tx).toBeDefined();
  });

  it("records what a job or plugin changes, and neither what changes nothing nor what a request causes", async () => {
    recordActsBy(perform);
    const target = { type: "bot", id: "b1" };
    const renaming = () =>
      performAct("renameBot", () => {
        describeAct({ target, after: { name: "new" } });
        return rename("new");
      });
    await withinContext({ job: "bots.tidy" }, renaming);
    await withinContext({ plugin: "greeter" }, renaming);
    await withinContext({ job: "bots.tidy" }, () => performAct("idle", () => {}));
    const failing = withinContext({ job: "bots.tidy" }, () =>
      performAct("broken", () => Promise.reject(new Error("no"))),
    );
    await expect(failing).rejects.toThrow("no");
    await act(async () => {
      await rename("first");
      await renaming();
    });
    expect((await records()).map(({ action, by_kind, by_id, bot_id }) => [action, by_kind, by_id, bot_id])).toEqual([
      ["renameBot", "job", "bots.tidy", "b1"],
      ["renameBot", "plugin", "greeter", "b1"],
      ["renameBot", "person", "1", null],
    ]);
  });

  it("refuses a description that comes after the record was stored", async () => {
    const late = act(async () => {
      await rename("new");
      describeAct({ target: { type: "bot", id: "b1" } });
    });
    await expect(late).rejects.toThrow(/described after/);
  });
});
