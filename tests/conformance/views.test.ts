/** Saved views over HTTP: what they hold, who sees and changes them, how many there may be, and pins. */
import { beforeAll, describe, expect, it } from "vitest";
import { errorOf, type Json } from "../api";
import { eventually } from "../eventually";
import { aUser, type TestUser, unique } from "../factories";

let owner: TestUser;
let maker: TestUser;
let member: TestUser;
let stranger: TestUser;
let team_id: number;

beforeAll(async () => {
  [owner, maker, member, stranger] = [await aUser(), await aUser(), await aUser(), await aUser("moderator")];
  team_id = await aTeam(owner, maker, member);
});

async function aTeam(by: TestUser, ...members: TestUser[]): Promise<number> {
  const { json } = await by.api.send("POST /api/teams", { body: { name: unique("Shift ") } });
  for (const { id } of members) await join(json.team.id, by, id);
  return json.team.id;
}
const join = (team: number, by: TestUser, user_id: number) =>
  by.api.send("POST /api/teams/{team_id}/members", {
    ...{ params: { team_id: String(team) }, body: { user_id, role: "viewer" } },
  });

const body = (more: object = {}) => ({ name: unique("Night "), filter: { tag: "night" }, ...more });
const save = (by: TestUser, more: object = {}) => by.api.send("POST /api/views", { body: body(more) });
const make = async (by: TestUser, more: object = {}): Promise<Json> => {
  const { status, json, text } = await save(by, more);
  expect(status, text).toBe(200);
  return json.view;
};
const of = ({ view_id }: Json) => ({ params: { view_id } });
const put = (by: TestUser, view: Json, more: object) =>
  by.api.send("PUT /api/views/{view_id}", { ...of(view), body: { ...body(), ...more } });
const read = (by: TestUser, view: Json) => by.api.send("GET /api/views/{view_id}", of(view));
const remove = (by: TestUser, view: Json) => by.api.send("DELETE /api/views/{view_id}", of(view));
const pin = (by: TestUser, view: Json) => by.api.send("POST /api/views/{view_id}/pin", of(view));
const unpin = (by: TestUser, view: Json) => by.api.send("DELETE /api/views/{view_id}/pin", of(view));
const namesOf = async (by: TestUser, query: Record<string, string> = {}): Promise<string[]> =>
  (await by.api.send("GET /api/views", { query })).json.views.map(({ name }: Json) => name);

describe("a view", () => {
  it("holds the filters and the order of the list of bots, and refuses what that list refuses", async () => {
    const filter = { search: "greet", status: "online", tag: "night,music", platform: "discord", sort: "pending" };
    const view = await make(owner, { filter: { ...filter, cursor: "x", limit: 3 } });
    expect(view).toMatchObject({ filter, team_id: null, created_by: owner.id, pinned: false, can_manage: true });
    expect(Object.keys(view.filter).sort()).toEqual(Object.keys(filter).sort());
    for (const [name, value] of [
      ...[
        ["status", "asleep"],
        ["sort", "colour"],
        ["tag", ""],
        ["search", "x".repeat(101)],
        ["team_id", "12"],
      ],
      ["team_id", 2 ** 31],
    ] as const) {
      const { status, json } = await save(owner, { filter: { [name as string]: value } });
      expect([status, errorOf(json).code], name as string).toEqual([400, "INVALID_INPUT"]);
      expect(errorOf(json).error).toContain(`filter.${name}`);
    }
  });

  it("has a name of 1 to 60 characters, which its owner uses once", async () => {
    const name = unique("Twice ");
    const view = await make(owner, { name });
    const again = await save(owner, { name: name.toUpperCase() });
    expect([again.status, errorOf(again.json).details?.field]).toEqual([409, "name"]);
    expect((await put(owner, view, { name: name.toUpperCase() })).status).toBe(200);
    await make(maker, { name });
    await make(owner, { name, team_id });
    expect((await save(maker, { name, team_id })).status).toBe(409);
    for (const bad of ["", " ", "\u200b", "x".repeat(61)]) expect((await save(owner, { name: bad })).status).toBe(400);
  });

  it("is refused a change that was made from an older version", async () => {
    const view = await make(owner);
    expect((await put(owner, view, { name: unique("New "), version: view.version })).status).toBe(200);
    const late = await put(owner, view, { name: unique("Late "), version: view.version });
    expect([late.status, errorOf(late.json).details?.field]).toEqual([409, "version"]);
  });
});

describe("a view of logs", () => {
  const logs = (filter: object, more: object = {}) => ({ page: "logs", filter, ...more });

  it("holds a query, columns and a range, which stays relative", async () => {
    const filter = {
      ...{ q: 'level:error "gateway lost" after:2026-01-31', from: "now-24h", to: "now", columns: "guild.id,attempt" },
    };
    const view = await make(owner, logs(filter));
    expect(view).toMatchObject({ page: "logs", filter, team_id: null });
    const changed = await put(owner, view, { filter: { from: "2026-01-01T00:00:00Z" } });
    expect(changed.json.view).toMatchObject({ page: "logs", filter: { from: "2026-01-01T00:00:00Z" } });
  });

  it("refuses what the logs refuse, and filters of bots", async () => {
    const view = await make(owner, logs({ q: "level:error" }));
    for (const [field, filter] of [
      ["q", { q: "level:" }],
      ["q", { q: "x".repeat(3000) }],
      ["from", { from: "24h" }],
      ["from", { from: "yesterday" }],
      ["to", { from: "now-1h", to: "now-2h" }],
      ["columns", { columns: "a b" }],
      ["columns", { columns: "a,b,c,d,e,f" }],
      ["tag", { q: "level:error", tag: "night" }],
    ] as const)
      for (const { status, json } of [await save(owner, logs(filter)), await put(owner, view, { filter })])
        expect([status, errorOf(json).error], JSON.stringify(filter)).toEqual([
          400,
          expect.stringContaining(`filter.${field}`),
        ]);
    const bots = await save(owner, { filter: { tag: "night", q: "level:error" } });
    expect([bots.status, errorOf(bots.json).details?.field]).toEqual([400, "filter.q"]);
  });

  it("is listed with its page, and with all", async () => {
    const person = await aUser();
    const [ofBots, ofLogs] = [(await make(person)).name, (await make(person, logs({ q: "level:error" }))).name];
    expect(await namesOf(person)).toEqual([ofBots]);
    expect(await namesOf(person, { page: "logs" })).toEqual([ofLogs]);
    expect(await namesOf(person, { page: "all" })).toEqual([ofLogs, ofBots]);
  });
});

describe("a private view", () => {
  it("does not exist for anybody else, staff and members of the same team included", async () => {
    const view = await make(maker);
    for (const other of [owner, member, stranger]) {
      const calls = [read, remove, pin, unpin, (by: TestUser, one: Json) => put(by, one, {})];
      for (const call of calls) expect((await call(other, view)).status).toBe(404);
      expect(await namesOf(other)).not.toContain(view.name);
    }
    expect(await namesOf(maker)).toContain(view.name);
  });
});

describe("a shared view", () => {
  it("is seen by every member, and changed by the person who created it and by owners", async () => {
    const view = await make(maker, { team_id });
    for (const [by, can_manage] of [
      [maker, true],
      [owner, true],
      [member, false],
    ] as const)
      expect((await read(by, view)).json.view).toMatchObject({ name: view.name, team_id, can_manage });
    expect((await read(stranger, view)).status).toBe(404);
    expect([(await put(member, view, { team_id })).status, (await remove(member, view)).status]).toEqual([403, 403]);
    expect((await put(owner, view, { name: unique("By the owner "), team_id })).status).toBe(200);
    // An owner does not take it out of the team: it would disappear for the person who created it.
    const taken = await put(owner, view, { team_id: null });
    expect([taken.status, errorOf(taken.json).code]).toEqual([403, "FORBIDDEN"]);
    expect((await put(maker, view, { team_id: null })).json.view).toMatchObject({ team_id: null });
    expect((await read(member, view)).status).toBe(404);
    expect((await put(maker, view, { team_id })).status).toBe(200);
    expect((await remove(owner, view)).status).toBe(200);
    expect((await read(maker, view)).status).toBe(404);
  });

  it("is shared with own teams only", async () => {
    const other = await aTeam(stranger);
    for (const wrong of [other, member.id, 2 ** 31 - 1]) {
      const { status, json } = await save(maker, { team_id: wrong });
      expect([status, errorOf(json).details?.field]).toEqual([404, "team_id"]);
    }
  });

  it("leaves the list and the sidebar of a member who leaves the team", async () => {
    const leaver = await aUser();
    await join(team_id, owner, leaver.id);
    const [theirs, own] = [await make(maker, { team_id }), await make(leaver, { team_id })];
    expect((await pin(leaver, theirs)).status).toBe(200);
    await owner.api.send("DELETE /api/teams/{team_id}/members/{user_id}", {
      params: { team_id: String(team_id), user_id: String(leaver.id) },
    });
    for (const view of [theirs, own]) expect((await read(leaver, view)).status).toBe(404);
    expect(await namesOf(leaver, { pinned: "true" })).toEqual([]);
    // The team keeps what the person shared with it, and its owners may delete it.
    expect((await remove(owner, own)).status).toBe(200);
  });
});

describe("the list of views", () => {
  it("is paged, newest first", async () => {
    const person = await aUser();
    const names: string[] = [];
    for (let at = 0; at < 3; at++) names.unshift((await make(person)).name);
    const first = (await person.api.send("GET /api/views", { query: { limit: "2" } })).json;
    expect(first).toMatchObject({ count: 2, next_cursor: expect.any(String) });
    const rest = (await person.api.send("GET /api/views", { query: { limit: "2", cursor: first.next_cursor } })).json;
    expect([...first.views, ...rest.views].map(({ name }: Json) => name)).toEqual(names);
    expect(rest.next_cursor).toBeNull();
    expect((await person.api.send("GET /api/views", { query: { cursor: "9".repeat(16) } })).status).toBe(200);
  });

  it("holds at most 50 of a person, also when they are saved at the same time", async () => {
    const person = await aUser();
    const statuses = await Promise.all(Array.from({ length: 52 }, async () => (await save(person)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(statuses.filter((status) => status === 409)).toHaveLength(2);
    const team = await aTeam(person);
    const shared = await make(person, { team_id: team });
    const full = await put(person, shared, { team_id: null });
    expect([full.status, errorOf(full.json).error]).toEqual([409, expect.stringContaining("50 of 50")]);
  });
});

describe("a pin", () => {
  it("is the person's own, and there are at most 8", async () => {
    const person = await aUser();
    const views: Json[] = [];
    for (let at = 0; at < 9; at++) views.push(await make(person));
    const statuses = await Promise.all(views.map(async (view) => (await pin(person, view)).status));
    expect(statuses.toSorted()).toEqual([...Array(8).fill(200), 409]);
    const pinned = views.filter((_, at) => statuses[at] === 200);
    expect((await pin(person, pinned[0]!)).json.view).toMatchObject({ pinned: true });
    expect((await unpin(person, pinned[0]!)).json.view).toMatchObject({ pinned: false });
    expect((await unpin(person, pinned[0]!)).status).toBe(200);
    expect(await namesOf(person, { pinned: "true" })).toHaveLength(7);
    await remove(person, pinned[1]!);
    expect(await namesOf(person, { pinned: "true" })).toHaveLength(6);

    const shared = await make(maker, { team_id });
    await pin(member, shared);
    expect(await namesOf(member, { pinned: "true" })).toContain(shared.name);
    expect(await namesOf(maker, { pinned: "true" })).not.toContain(shared.name);
  });
});

describe("an account that is deleted", () => {
  it("takes its private views along, and leaves those that it shared", async () => {
    const person = await aUser();
    await join(team_id, owner, person.id);
    const shared = await make(person, { team_id });
    await make(person);
    const gone = await person.api.send("POST /api/auth/delete-account", { body: { password: person.password } });
    expect(gone.status, gone.text).toBeLessThan(300);
    await eventually(async () => expect((await read(owner, shared)).json.view).toMatchObject({ can_manage: true }));
    expect((await remove(owner, shared)).status).toBe(200);
  });
});
