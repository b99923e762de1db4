/** Teams, members and grants on the real stores, and how rights follow them in a process. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { needsRole, reaches, roleOnBot } from "@/lib/identity/access";
import { findAccount } from "@/lib/identity/accounts";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { testQuotas } from "@/tests/quotas";
import { FIRST_TEAM, TEAMS_MAX } from "./contract.constants";
import { createTeams } from "./index";
import { createRightsBook } from "./rights";
import { createTeamService } from "./service";
import { createGrantService } from "./service.grants";
import { createTeamStore } from "./store";
import { createGrantStore } from "./store.grants";
import { type BotTags, createRightsReader } from "./store.rights";

const NOON = Date.parse("2026-01-01T12:00:00.000Z");

/** The room removes its rows of a deleted bot by these. It is built once, as in a process. */
const purges: ((botId: string) => Promise<void>)[] = [];
const botTags: BotTags = vi.fn();
const [readRights, readTagged] = [createRightsReader(botTags), vi.fn()];
const bots = { reach: vi.fn(), getMany: vi.fn(), onMove: vi.fn(), onTags: vi.fn() };
const others = { countBots: async () => 0, eraseAlerts: vi.fn() };
const watched = { ...bots, onPurge: (purge: (botId: string) => Promise<void>) => void purges.push(purge) };
createTeams({ botTags, bots: watched, others, quotas: testQuotas() });
describe.each(databases)("teams on $provider", (provider) => {
  let database: TestDatabase;
  const clock = { at: NOON };
  const now = () => clock.at;
  const counted = vi.fn(async () => 0);
  const book = createRightsBook({ read: readRights, readTagged, now });
  let refreshes: Promise<void>[] = [];
  const emit = vi.fn((name: string, fact: { user_ids?: number[] }) => {
    if (name === "rights.changed") refreshes.push(book.refresh(fact.user_ids!));
  });
  const store = createTeamStore();
  const common = { findUser: findAccount, emit: emit as never, now, readRights };
  const teams = createTeamService({ ...common, store, others: { countBots: counted, eraseAlerts: vi.fn() } });
  let ids = 0;
  const grantStore = createGrantStore();
  const grants = createGrantService({
    ...{ ...common, store: grantStore, newId: (prefix: string) => `${prefix}_${++ids}` },
    teamName: async (id) => (await store.find(id))?.name,
    bots: {
      async reach(caller, id, least) {
        const bot = { id, team_id: 1 };
        const role = roleOnBot(caller, bot, clock.at);
        if (role === null || !reaches(role, least)) throw needsRole(least, role ?? "viewer", "bot");
        return bot;
      },
    },
  });
  /** A caller whose rights follow the database, as a request's do. */
  const caller = async (id: number, role?: UserActor["role"]): Promise<UserActor> => ({
    ...actor(id, role),
    rights: await book.of(id),
  });
  const settled = async () => void (await Promise.all(refreshes.splice(0)));

  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ["bot_grant", "team_member", "team", '"user"']) await database.run(`DELETE FROM ${table}`);
    for (let id = 1; id <= 4; id++)
      await database.run(
        `INSERT INTO "user" (id, username, email, created_at) VALUES (${id}, 'u${id}', 'u${id}@example.org', 0)`,
      );
    clock.at += 1_000;
    refreshes = [];
    counted.mockResolvedValue(0);
    await book.refreshAll();
  });

  it("have a personal one for everybody, without a row, which has no other members", async () => {
    const ada = await caller(1);
    expect(await teams.page(ada, { limit: 10 })).toMatchObject({
      teams: [{ id: 1, name: "u1", personal: true, role: "owner", owner_id: 1, members: 1 }],
      next_cursor: null,
    });
    await expect(teams.addMember(ada, 1, { username: "u2", role: "viewer" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await expect(teams.get(await caller(2), 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("give members their roles at once, and take them away at once", async () => {
    const [ada, eve] = [await caller(1), await caller(2)];
    const { id } = await teams.create(ada, "Night shift");
    await settled();
    expect(id).toBeGreaterThanOrEqual(FIRST_TEAM);
    const bot = { id: "b", team_id: id };
    expect([roleOnBot(ada, bot), roleOnBot(eve, bot)]).toEqual(["owner", null]);
    for (const role of ["viewer", "operator", "maintainer"] as const) {
      if (role === "viewer") await teams.addMember(ada, id, { username: "U2", role });
      else await teams.setRole(ada, id, 2, role);
      await settled();
      expect(roleOnBot(eve, bot)).toBe(role);
      await expect(teams.setRole(eve, id, 2, "owner")).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    expect((await teams.members(eve, id, { limit: 10 })).members.map((one) => [one.username, one.role])).toEqual([
      ["u1", "owner"],
      ["u2", "maintainer"],
    ]);
    await teams.removeMember(ada, id, 2);
    await settled();
    expect(roleOnBot(eve, bot)).toBeNull();
    await expect(teams.get(eve, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("keep an owner: the last one cannot leave, step down or delete the account", async () => {
    const [ada, eve] = [await caller(1), await caller(2)];
    const { id } = await teams.create(ada, "Night shift");
    await settled();
    const acts = [
      () => teams.removeMember(ada, id, 1),
      () => teams.setRole(ada, id, 1, "viewer"),
      () => teams.leaveAll(1),
    ];
    for (const act of acts) await expect(act()).rejects.toMatchObject({ code: "CONFLICT" });
    await teams.addMember(ada, id, { user_id: 2, role: "owner" });
    await settled();
    expect(await teams.get(eve, id)).toMatchObject({ owner_id: 1, members: 2, role: "owner" });
    await teams.leaveAll(1);
    await settled();
    expect(await teams.get(eve, id)).toMatchObject({ owner_id: 2, members: 1 });
  });

  it("lets one of two owners who step down at once stay", async () => {
    const ada = await caller(1);
    const { id } = await teams.create(ada, "Night shift");
    await settled();
    await teams.addMember(ada, id, { user_id: 2, role: "owner" });
    await settled();
    const eve = await caller(2);
    const done = await Promise.allSettled([teams.removeMember(ada, id, 1), teams.removeMember(eve, id, 2)]);
    expect(done.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(await db().all("SELECT user_id FROM team_member WHERE role = 'owner'")).toHaveLength(1);
  });

  it("are handed over whole, and the owner before stays as a maintainer", async () => {
    const ada = await caller(1);
    const { id } = await teams.create(ada, "Night shift");
    await settled();
    await teams.transfer(ada, id, { username: "u3" });
    await settled();
    expect(await teams.get(ada, id)).toMatchObject({ owner_id: 3, owner_name: "u3", role: "maintainer", members: 2 });
    await expect(teams.transfer(ada, id, { username: "u1" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("are deleted only without bots, and nobody is a member afterwards", async () => {
    const ada = await caller(1);
    const { id } = await teams.create(ada, "Night shift");
    await settled();
    counted.mockResolvedValue(1);
    await expect(teams.remove(ada, id)).rejects.toMatchObject({ code: "CONFLICT" });
    counted.mockResolvedValue(0);
    await teams.remove(ada, id);
    await settled();
    await expect(teams.get(ada, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await db().all("SELECT * FROM team_member")).toEqual([]);
  });

  it("are reached by admins as by an owner, and by moderators as by a viewer", async () => {
    const { id } = await teams.create(await caller(1), "Night shift");
    await settled();
    const [root, mod] = [await caller(3, "admin"), await caller(4, "moderator")];
    expect([(await teams.get(root, id)).role, (await teams.get(mod, id)).role]).toEqual(["owner", "viewer"]);
    await expect(teams.rename(mod, id, "Mine")).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await teams.rename(root, id, "Day shift", 0)).toBe(1);
    await expect(teams.rename(root, id, "Dawn", 0)).rejects.toMatchObject({ code: "CONFLICT" });
    const { teams: all } = await teams.page(mod, { limit: 10, all: true });
    expect(all.map((team) => team.name)).toEqual(["Day shift"]);
    await expect(teams.page(await caller(2), { limit: 10, all: true })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("are listed page by page, and are at most fifty a person", async () => {
    const ada = await caller(1);
    for (let index = 0; index < TEAMS_MAX; index++) await teams.create(ada, `t${index}`);
    await settled();
    await expect(teams.create(ada, "one more")).rejects.toMatchObject({ code: "CONFLICT" });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await teams.page(ada, { limit: 7, cursor });
      names.push(...page.teams.map((team) => team.name));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect([names.length, new Set(names).size]).toEqual([TEAMS_MAX + 1, TEAMS_MAX + 1]);
    expect((await teams.page(ada, { limit: 0, cursor: "1-9999999999" })).teams).toEqual([]);
  });

  it("share one bot with a person until a grant ends", async () => {
    const [ada, eve] = [await caller(1), await caller(2)];
    const bot = { id: "b", team_id: 1 };
    const changed = vi.fn();
    const stop = book.onChange(changed);
    const grant = await grants.add(ada, "b", { username: "u2", role: "operator", ends_at: iso(clock.at + 60_000) });
    await settled();
    expect(roleOnBot(eve, bot, clock.at)).toBe("operator");
    expect(roleOnBot(eve, { ...bot, id: "other" }, clock.at)).toBeNull();
    await expect(grants.list(eve, "b", { limit: 10 })).rejects.toMatchObject({ code: "FORBIDDEN" });
    const next = await grants.add(ada, "b", { user_id: 2, role: "viewer", ends_at: iso(clock.at + 30_000) });
    await settled();
    expect([next.id, roleOnBot(eve, bot, clock.at)]).toEqual([grant.id, "viewer"]);
    changed.mockClear();
    clock.at += 29_999;
    await book.endDue();
    expect(changed).not.toHaveBeenCalled();
    clock.at += 1;
    expect(roleOnBot(eve, bot, clock.at)).toBeNull();
    await book.endDue();
    await book.endDue();
    expect(changed.mock.calls).toEqual([[2]]);
    stop();
  });

  it("share one bot with a team, whose members get no more than their role in that team", async () => {
    const [ada, eve] = [await caller(1), await caller(2)];
    const { id } = await teams.create(eve, "Guests");
    await teams.addMember(await caller(2), id, { user_id: 3, role: "viewer" });
    const grant = await grants.add(ada, "b", { team_id: id, role: "operator" });
    await settled();
    const guest = await caller(3);
    const bot = { id: "b", team_id: 1 };
    expect([roleOnBot(eve, bot), roleOnBot(guest, bot)]).toEqual(["operator", "viewer"]);
    await grants.change(ada, "b", grant.id, { role: "maintainer", ends_at: null });
    await settled();
    expect([roleOnBot(eve, bot), roleOnBot(guest, bot)]).toEqual(["maintainer", "viewer"]);
    await grants.end(ada, "b", grant.id);
    await settled();
    expect([roleOnBot(eve, bot), roleOnBot(guest, bot)]).toEqual([null, null]);
  });

  it("end the grants of a bot with it, so that none applies to the next bot of the same id", async () => {
    const [ada, eve] = [await caller(1), await caller(2)];
    const { id } = await teams.create(await caller(3), "Guests");
    await settled();
    await grants.add(ada, "b", { user_id: 2, role: "operator" });
    await grants.add(ada, "b", { team_id: id, role: "viewer" });
    await settled();
    const host = await caller(3);
    const bot = { id: "b", team_id: 4 };
    expect([roleOnBot(eve, bot), roleOnBot(host, bot)]).toEqual(["operator", "viewer"]);
    for (const purge of purges) await purge("b");
    expect(await db().all("SELECT id FROM bot_grant")).toEqual([]);
    await grants.add(ada, "b", { user_id: 2, role: "operator" });
    await settled();
    await grants.removeOf("b");
    await settled();
    expect(roleOnBot(eve, bot)).toBeNull();
  });

  it("refuse grants to nobody, to both, to the owner, and with an end that has passed", async () => {
    const ada = await caller(1);
    const tries: [object, string][] = [
      [{}, "INVALID_INPUT"],
      [{ user_id: 2, team_id: FIRST_TEAM }, "INVALID_INPUT"],
      [{ username: "u1" }, "CONFLICT"],
      [{ username: "nobody" }, "NOT_FOUND"],
      [{ team_id: 2 }, "NOT_FOUND"],
      [{ team_id: FIRST_TEAM + 1 }, "NOT_FOUND"],
      [{ user_id: 2, ends_at: iso(clock.at) }, "INVALID_INPUT"],
    ];
    for (const [input, code] of tries)
      await expect(grants.add(ada, "b", { role: "viewer", ...input })).rejects.toMatchObject({ code });
  });

  it("notify those who operate a bot, and the sender of a command while the bot is visible to them", async () => {
    const ada = await caller(1);
    const { id } = await teams.create(ada, "Night shift");
    await settled();
    await teams.addMember(ada, id, { user_id: 2, role: "operator" });
    await teams.addMember(ada, id, { user_id: 3, role: "viewer" });
    const bot = { id: "b", team_id: id };
    expect((await teams.watchersOf(bot, null)).sort()).toEqual([1, 2]);
    expect(await teams.watchersOf({ id: "b", team_id: 4 }, null)).toEqual([4]);
    expect([await teams.watchersOf(bot, 3), await teams.watchersOf(bot, 4)]).toEqual([[3], []]);
    expect((await teams.watchersOf(bot, id)).sort()).toEqual([1, 2]);
  });

  it("leave nobody with rights while these cannot be read", async () => {
    const read = vi.fn(readRights);
    const shaky = createRightsBook({ read, readTagged, now });
    const { id } = await teams.create(await caller(1), "Night shift");
    const held = await shaky.of(1);
    expect(held.teams.get(id)).toBe("owner");
    read.mockRejectedValueOnce(new Error("the database is away"));
    await shaky.refresh([1]);
    expect(held.teams.size).toBe(0);
    expect((await shaky.of(1)).teams.get(id)).toBe("owner");
    expect(await shaky.of(1)).toBe(held);
  });
});
