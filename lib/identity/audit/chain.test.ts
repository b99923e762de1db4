/** The chain of the audit log, on both databases: what was done to its rows is detected and named. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withinContext } from "@/lib/core/acts";
import { db, query } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { createChain } from "./chain";
import { createPerforming } from "./service.perform";
import { createVerification } from "./service.verify";
import { createAuditStore } from "./store";
import { createChainStore } from "./store.chain";

const chain = createChain(() => Buffer.alloc(32, 7));
let time = 0;
const now = () => time;
const store = createChainStore({ chain, now });
const { verify } = createVerification({ chain, store });
const { perform } = createPerforming({ store: createAuditStore(chain), now, newId, log: { warn() {} } });
const check = () => verify(actor(1, "admin"), {});
const act = (action: string) => withinContext({ actor: actor(1) }, () => perform({ action }, () => {}));
const named = async () => (await check()).problems.map(({ kind, position }) => `${kind} ${position}`);

describe.each(databases)("the audit log's chain on $provider", (kind) => {
  let database: TestDatabase;
  const change = (set: string, position: number) =>
    db().run(`UPDATE audit_record SET ${set} WHERE position = $1`, [position]);

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    await db().run("DELETE FROM audit_record");
    await db().run("DELETE FROM audit_checkpoint");
    await db().run("DELETE FROM setting");
    for (time = 1; time <= 6; time++) await act(`act${time}`);
    await store.seal(100);
  });
  afterAll(() => database.close());

  it("holds for rows that nobody touched, and goes on where it ended", async () => {
    await act("later");
    expect(await check()).toEqual({ ok: true, checked: 6, position: 6, next: null, problems: [] });
    expect(await store.seal(100)).toBe(1);
    expect(await check()).toMatchObject({ ok: true, checked: 7 });
  });

  it("names a row that was altered", async () => {
    await change("by_name = 'somebody else'", 3);
    expect(await check()).toMatchObject({ ok: false, problems: [{ kind: "altered", position: 3 }] });
  });

  it("names rows that were deleted, at the start, in the middle and at the end", async () => {
    await db().run("DELETE FROM audit_record WHERE position IN (1, 4, 6)");
    expect(await named()).toEqual(["missing 1", "missing 4", "missing 6"]);
  });

  it("names a row that was moved to another place", async () => {
    await change("position = 99", 2);
    await change("position = 2", 3);
    await change("position = 3", 99);
    expect(await named()).toEqual(["moved 2", "moved 3", "moved 4"]);
  });

  it("names a row that this server did not write, and a copy with another id", async () => {
    const [row] = await query().selectFrom("audit_record").selectAll().where("position", "=", 5).execute();
    const { seq: _seq, ...rest } = row!;
    const copy = { ...rest, id: "act_copy", position: null, hash: null };
    await query().insertInto("audit_record").values(copy).execute();
    await store.seal(100);
    expect(await named()).toEqual(["altered 7"]);
  });

  it("tells a changed key from changed rows", async () => {
    const other = createChain(() => Buffer.alloc(32, 8));
    const { verify } = createVerification({ chain: other, store });
    const { problems } = await verify(actor(1, "admin"), {});
    expect(new Set(problems.map(({ kind }) => kind))).toEqual(new Set(["other_key"]));
  });

  it("seals every row once when several processes seal at the same moment", async () => {
    for (let count = 0; count < 40; count++) await act("more");
    const stores = Array.from({ length: 4 }, () => createChainStore({ chain, now }));
    const sealed = await Promise.all(stores.map((one) => one.seal(100)));
    expect(sealed.reduce((sum, rows) => sum + rows)).toBe(40);
    expect(await check()).toMatchObject({ ok: true, checked: 46 });
  });

  it("starts from its signed checkpoint after old rows were deleted", async () => {
    expect(await store.prune(4, 2)).toBe(2);
    expect(await store.prune(4, 2)).toBe(1);
    expect(await store.prune(4, 2)).toBe(0);
    expect(await check()).toMatchObject({ ok: true, checked: 3, position: 6 });
    expect(await store.prune(100, 100)).toBe(3);
    await act("after all");
    await store.seal(100);
    expect(await check()).toMatchObject({ ok: true, checked: 1, position: 7 });
    await db().run("UPDATE audit_checkpoint SET deleted = 1");
    expect(await named()).toEqual(["checkpoint 6"]);
  });

  it("refuses everybody but admins", async () => {
    await expect(verify(actor(1), {})).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
