import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { query } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { createRankStore, type PlayerRow } from "./store";

describe.each(databases)("tracked players on $provider", (kind) => {
  let database: TestDatabase;
  const store = createRankStore();
  beforeAll(async () => {
    database = await openRoom(kind);
    for (const id of [1, 2]) await aStoredUser({ id });
  });
  afterAll(() => database.close());
  beforeEach(() => query().deleteFrom("tracked_player").execute());

  const player = (id: string, change: Partial<PlayerRow> = {}): PlayerRow => ({
    id,
    user_id: 1,
    platform: "steam",
    username: id,
    ranks: "{}",
    added_at: 10,
    checked_at: null,
    next_check_at: 100,
    error: null,
    ...change,
  });
  const mmr = (value: number, playlist = "duel") => ({ playlist, mmr: value, tier: "Gold" });

  it("lists a user's own players, or everyone's, newest first", async () => {
    await store.add(player("a"), [], 5);
    await store.add(player("b", { added_at: 20 }), [], 5);
    await store.add(player("c", { user_id: 2 }), [], 5);
    expect((await store.list(1)).map(({ id }) => id)).toEqual(["b", "a"]);
    expect((await store.list(undefined)).map(({ id }) => id)).toEqual(["b", "c", "a"]);
    expect((await store.list(1))[1]).toEqual(player("a"));
  });

  it("refuses the same player twice and more players than allowed, also when adds arrive together", async () => {
    const outcomes = await Promise.all(["a", "b", "c", "d"].map((id) => store.add(player(id), [], 2)));
    expect(outcomes.sort()).toEqual(["added", "added", "full", "full"]);
    const [kept] = await store.list(1);
    const same = player("again", { username: kept!.username.toUpperCase() });
    expect(await store.add(same, [], 9)).toBe("known");
    expect(await store.add({ ...same, user_id: 2 }, [], 9)).toBe("added");
  });

  it("removes only the user's own player unless no user is given", async () => {
    await store.add(player("a"), [], 5);
    expect(await store.remove("a", 2)).toBe(false);
    expect(await store.remove("a", 1)).toBe(true);
    await store.add(player("b"), [], 5);
    expect(await store.remove("b", undefined)).toBe(true);
  });

  it("leases due players once until the lease ends", async () => {
    await store.add(player("a"), [], 5);
    await store.add(player("later", { next_check_at: 900 }), [], 5);
    expect(await store.countDue(100)).toBe(1);
    expect((await store.takeDue(100, 200, 10)).map(({ id }) => id)).toEqual(["a"]);
    expect(await store.takeDue(150, 250, 10)).toEqual([]);
    expect((await store.takeDue(200, 300, 10)).map(({ id }) => id)).toEqual(["a"]);
    await store.failed("a", "x".repeat(400), 500);
    expect(await store.takeDue(499, 600, 10)).toEqual([]);
    expect((await store.list(1)).find(({ id }) => id === "a")?.error).toHaveLength(300);
    await store.dueAll(50);
    expect((await store.takeDue(50, 60, 10)).map(({ id }) => id).sort()).toEqual(["a", "later"]);
  });

  it("keeps the newest 30 points of each playlist, oldest first", async () => {
    await store.add(player("a"), [mmr(0), mmr(7, "doubles")], 5);
    for (let n = 1; n <= 34; n++) await store.checked("a", { ranks: "{}", at: n, next: 100 }, [mmr(n)]);
    await store.checked("missing", { ranks: "{}", at: 1, next: 100 }, [mmr(1)]);
    const histories = await store.histories(["a", "missing"]);
    expect(histories.get("a")?.duel?.map((point) => point.mmr)).toEqual(Array.from({ length: 30 }, (_, n) => n + 5));
    expect(histories.get("a")?.doubles).toEqual([{ at: "1970-01-01T00:00:00.010Z", mmr: 7, tier: "Gold" }]);
    expect(histories.has("missing")).toBe(false);
  });
});
