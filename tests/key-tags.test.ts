/** Keys that are limited to tags: they reach the bots that have one of these now, within what their owner reaches. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keyBots, type UserActor } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import { KEY_TAG_BOTS_MAX } from "@/lib/identity/accounts/credentials/contract.constants";
import { databases } from "./db/databases";
import { ADA, aTaggedWorld, GUEST, MAINTAINER, OTHER, type TaggedWorld, TEAM } from "./tagged-bots";

describe.each(databases)("keys limited to tags on $provider", (provider) => {
  const world = aTaggedWorld();
  const { aKey, aTeamBot, book, caller, grants, roleOf, settled, tagged } = world;
  let service: TaggedWorld["service"];
  beforeAll(() => world.open(provider));
  afterAll(() => world.close());
  beforeEach(async () => {
    service = await world.reset();
  });

  const prod = { tags: new Set(["prod"]) };
  const listed = async (key: UserActor) =>
    (await service.list(key, { scope: "visible", limit: 50 })).bots.map(({ id }) => id).sort();

  it("reach the team's bots that have the tag from people, now or later, until it is removed", async () => {
    const [first, later, reporting] = [await aTeamBot(["Prod"]), await aTeamBot(), await aTeamBot()];
    const theirs = await aTeamBot(["prod"], TEAM + 1);
    await service.register(await caller(ADA), { bot_id: reporting, metadata: { tags: ["prod"] } });
    const key = await aKey(TEAM, prod);
    const roles = () => [first, later, reporting].map((id) => roleOf(key, id));
    expect([...roles(), roleOf(key, theirs, TEAM + 1)]).toEqual(["maintainer", null, null, null]);
    expect(await listed(key)).toEqual([first]);
    await service.putTags(await caller(MAINTAINER), later, ["PROD", "music"]);
    await settled();
    expect(roles()).toEqual(["maintainer", "maintainer", null]);
    expect(await listed(key)).toEqual([first, later].sort());
    await service.changeTags(await caller(ADA), { bot_ids: [first, later], add: [], remove: ["prod"] });
    await settled();
    expect(roles()).toEqual([null, null, null]);
    expect([await listed(key), keyBots(key)]).toEqual([[], []]);
    await expect(service.get(key, first)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("reach their bots and the bots of their tags, and no more than these", async () => {
    const [named, night, both, neither] = [
      await aTeamBot(),
      await aTeamBot(["night"]),
      await aTeamBot(["prod", "night"]),
      await aTeamBot(["music"]),
    ];
    const key = await aKey(TEAM, { bots: new Set([named]), tags: new Set(["prod", "night"]) });
    expect([named, night, both, neither].map((id) => roleOf(key, id) !== null)).toEqual([true, true, true, false]);
    expect(keyBots(key)!.sort()).toEqual([named, night, both].sort());
    expect((await service.facets(key)).tags).toEqual([
      { value: "night", count: 2 },
      { value: "prod", count: 1 },
    ]);
  });

  it("of a person follow what the person reaches: members, grants, and every bot for staff", async () => {
    const [own, theirs] = [await aTeamBot(["prod"]), await aTeamBot(["prod"], TEAM + 1)];
    const [guests, others, admins] = [await aKey(GUEST, prod), await aKey(OTHER, prod), await aKey(900, prod, "admin")];
    await db().run(
      "INSERT INTO \"user\" (id, username, email, role, created_at) VALUES (900, 'root', 'root@example.org', 'admin', 0) ON CONFLICT DO NOTHING",
    );
    await book.refresh([900]);
    const reached = (key: UserActor) => [roleOf(key, own), roleOf(key, theirs, TEAM + 1)];
    expect([guests, others, admins].map(reached)).toEqual([
      [null, "viewer"],
      [null, "owner"],
      ["owner", "owner"],
    ]);
    const { id } = await grants.add(await caller(ADA), TEAM, { tag: "prod", user_id: GUEST, role: "operator" });
    await settled();
    expect(reached(guests)).toEqual(["operator", "viewer"]);
    await grants.end(await caller(ADA), TEAM, id);
    await settled();
    expect(reached(guests)).toEqual([null, "viewer"]);
    expect(guests.rights!.byTag!.get("prod")).toEqual(new Set([theirs]));
  });

  it("neither set nor remove the tags that decide what they reach, and set others", async () => {
    const [bot, named] = [await aTeamBot(["prod"]), await aTeamBot()];
    const key = await aKey(TEAM, { ...prod, bots: new Set([named]) });
    const refused = { code: "FORBIDDEN", message: expect.stringContaining('"prod" decides which bots this API key') };
    await expect(service.putTags(key, named, ["Prod"])).rejects.toMatchObject(refused);
    await expect(service.putTags(key, bot, [])).rejects.toMatchObject(refused);
    const { results } = await service.changeTags(key, { bot_ids: [bot, named], add: ["PROD", "b"], remove: [] });
    expect(results).toMatchObject([
      { bot_id: bot, status: "changed", tags: ["b", "prod"] },
      { bot_id: named, status: "error", code: "FORBIDDEN" },
    ]);
    expect(await service.putTags(key, named, ["music"])).toMatchObject({ tags: ["music"] });
    expect(await service.putTags(await aKey(TEAM, {}), named, ["prod"])).toMatchObject({ tags: ["prod"] });
  });

  it("share one reading of each tag, and start with the tags of the key that comes first", async () => {
    const [night, day] = [await aTeamBot(["night"]), await aTeamBot(["day"])];
    const first = await aKey(TEAM, { tags: new Set(["night"]) });
    const second = await aKey(TEAM, { tags: new Set(["day"]) });
    expect(first.rights).toBe(second.rights);
    const reached = (key: UserActor) => [roleOf(key, night), roleOf(key, day)];
    expect([reached(first), reached(second)]).toEqual([
      ["maintainer", null],
      [null, "maintainer"],
    ]);
  });

  it("reach a bounded number of bots by one tag, and say so before they are made", async () => {
    const rows = Array.from({ length: KEY_TAG_BOTS_MAX + 1 }, (_, at) => `full_${String(at).padStart(4, "0")}`);
    for (const id of rows)
      await db().run(
        "INSERT INTO bot (id, owner_id, name, status_since, token_hash, token_cipher, created_at) VALUES ($1, $2, 'b', 0, $1, '', 0)",
        [id, TEAM],
      );
    await db().run(`INSERT INTO bot_tag (bot_id, key, name) SELECT id, 'full', 'full' FROM bot WHERE id LIKE 'full%'`);
    const rights = await book.of(TEAM);
    expect(await tagged.crowded(TEAM, rights, ["prod", "full"])).toBe("full");
    expect(await tagged.crowded(TEAM + 1, rights, ["full"])).toBeUndefined();
    const key = await aKey(TEAM, { tags: new Set(["full"]) });
    expect(keyBots(key)).toEqual(rows.slice(0, KEY_TAG_BOTS_MAX));
  });
});
