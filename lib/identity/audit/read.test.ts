/** People find their own acts and those on their account, and nothing that they are not shown. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { createChain } from "./chain";
import { createAuditList } from "./service.read";
import { createAuditStore } from "./store";
import { createAuditReader } from "./store.read";

const OFFICE = "198.51.100.7";
const HOME = "192.0.2.1";

describe.each(databases)("the audit log on $provider", (kind) => {
  let database: TestDatabase;
  const { list } = createAuditList({
    ...{ reader: createAuditReader(), demandBot: async () => {}, demandTeam: () => {}, now: Date.now },
    ...{ newestSent: async () => [], usernames: async () => new Map() },
  });
  const found = async (reader: number, filter: object, role: "user" | "admin" = "user") =>
    (await list(actor(reader, role), { limit: 50, ...filter })).entries.map(({ id }) => id);

  beforeAll(async () => {
    database = await openRoom(kind);
    const store = createAuditStore(createChain(() => Buffer.alloc(32, 7)));
    const nothing = { code: null, key_id: null, session_id: null, user_agent: null, request_id: null, detail: null };
    const act = (id: string, user_id: number, address: string) => ({
      ...{ ...nothing, id, at: 1_000_000, action: "updateUser", outcome: "done" as const, bot_id: "b1", team_id: 1 },
      ...{ by_kind: "person" as const, by_id: String(user_id), by_name: `u${user_id}`, user_id, address },
      ...{ target_type: "user", target_id: "1", target_name: "u1" },
    });
    await store.add(act("own", 1, HOME));
    await store.add(act("by_admin", 9, OFFICE));
  });
  afterAll(() => database.close());

  it.each([
    ["their account", {}],
    ["their bot", { bot_id: "b1" }],
  ])("does not tell people where acts of others on %s came from, by a search either", async (_, filter) => {
    expect(await found(1, filter)).toEqual(["by_admin", "own"]);
    expect(await found(1, { ...filter, q: "198.51" })).toEqual([]);
    expect(await found(1, { ...filter, q: HOME })).toEqual(["own"]);
    expect(await found(1, { ...filter, q: "u9" })).toEqual(["by_admin"]);
    expect(await found(9, { q: "198.51" }, "admin")).toEqual(["by_admin"]);
  });
});
