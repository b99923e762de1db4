/** Tags that are shared: rights follow the tags that people set, at once, and nobody gets access by setting or reporting one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { SHARED_TAGS_MAX, TAG_BOTS_MAX } from "@/lib/identity/teams/contract.constants";
import { actor } from "@/tests/actors";
import { databases } from "@/tests/db/databases";
import { ADA, aTaggedWorld, GUEST, MAINTAINER, OTHER, type TaggedWorld, TEAM } from "@/tests/tagged-bots";

describe.each(databases)("shared tags on $provider", (provider) => {
  const world = aTaggedWorld();
  const { aTeamBot, book, caller, clock, grants, roleOf, settled, store } = world;
  let service: TaggedWorld["service"];
  beforeAll(() => world.open(provider));
  afterAll(() => world.close());
  beforeEach(async () => {
    service = await world.reset();
  });

  it("reach every bot of the team that has the tag, now or later, until it is removed or the bot is gone", async () => {
    const [ada, guest] = [await caller(ADA), await caller(GUEST)];
    const [first, later, own] = [
      await aTeamBot(["Prod"]),
      await aTeamBot(),
      await service.create(guest, { name: "x", metadata: {} }),
    ];
    await service.putTags(guest, own.bot_id, ["prod"]);
    const grant = await grants.add(ada, TEAM, { tag: "prod", user_id: GUEST, role: "operator" });
    await settled();
    expect(grant).toMatchObject({ tag: "prod", bots: 1, owner_team_id: TEAM, user: { username: "u502" } });
    expect([roleOf(guest, first), roleOf(guest, later)]).toEqual(["operator", null]);
    await service.putTags(ada, later, ["PROD", "music"]);
    await settled();
    expect(roleOf(guest, later)).toBe("operator");
    await service.changeTags(ada, { bot_ids: [first, later], add: [], remove: ["Prod"] });
    await settled();
    expect([roleOf(guest, first), roleOf(guest, later)]).toEqual([null, null]);
    await service.putTags(ada, first, ["prod"]);
    await settled();
    await service.remove(ada, first);
    await settled();
    // A bot that is made with the same id later is another bot.
    expect(guest.rights!.bots.size).toBe(0);
  });

  it("end by time, with the grant, and when the bot goes to a team that does not share the tag", async () => {
    const [ada, guest] = [await caller(ADA), await caller(GUEST)];
    const bot = await aTeamBot(["prod"]);
    const grant = await grants.add(ada, TEAM, {
      ...{ tag: "prod", username: "u502", role: "viewer", ends_at: iso(clock.at + 60_000) },
    });
    await settled();
    expect(roleOf(guest, bot)).toBe("viewer");
    clock.at += 60_000;
    expect(roleOf(guest, bot)).toBeNull();
    await book.endDue();
    expect(guest.rights!.bots.size).toBe(0);
    await grants.change(ada, TEAM, grant.id, { ends_at: null, role: "maintainer" });
    await settled();
    expect(roleOf(guest, bot)).toBe("maintainer");
    await service.transfer(ada, bot, { user_id: ADA });
    await settled();
    expect(roleOf(guest, bot, ADA)).toBeNull();
    await service.transfer(ada, bot, { team_id: TEAM });
    await settled();
    expect(roleOf(guest, bot)).toBe("maintainer");
    await grants.end(ada, TEAM, grant.id);
    await settled();
    expect(roleOf(guest, bot)).toBeNull();
    await expect(grants.end(ada, TEAM, grant.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are shared with a team, whose members get no more than their role in it", async () => {
    const [ada, guest, other] = [await caller(ADA), await caller(GUEST), await caller(OTHER)];
    const bot = await aTeamBot(["prod"]);
    await grants.add(ada, TEAM, { tag: "prod", team_id: TEAM + 1, role: "operator" });
    await settled();
    expect([roleOf(guest, bot), roleOf(other, bot)]).toEqual(["viewer", "operator"]);
  });

  it("give no access to a bot that only reports the tag", async () => {
    const [ada, guest] = [await caller(ADA), await caller(GUEST)];
    const bot = await aTeamBot();
    await service.register(ada, { bot_id: bot, metadata: { tags: ["prod"] } });
    await grants.add(ada, TEAM, { tag: "prod", user_id: GUEST, role: "viewer" });
    await settled();
    expect(roleOf(guest, bot)).toBeNull();
  });

  it("are set and removed only by those who may share the bot", async () => {
    const [ada, guest, maintainer] = [await caller(ADA), await caller(GUEST), await caller(MAINTAINER)];
    const [tagged, bare] = [await aTeamBot(["prod"]), await aTeamBot()];
    await grants.add(ada, TEAM, { tag: "Prod", user_id: GUEST, role: "maintainer" });
    await settled();
    const key = { ...actor(TEAM), scope: "operate" as const, limits: { team: TEAM } };
    for (const reader of [maintainer, key]) {
      await expect(service.putTags(reader, bare, ["prod"])).rejects.toMatchObject({
        code: "FORBIDDEN",
        message: expect.stringContaining('"prod" is shared'),
      });
      await expect(service.putTags(reader, tagged, [])).rejects.toMatchObject({ code: "FORBIDDEN" });
      // Other tags, and the shared one where it is, are theirs to set.
      expect(await service.putTags(reader, tagged, ["prod", "music"])).toMatchObject({ tags: ["music", "prod"] });
    }
    await expect(service.putTags(guest, tagged, [])).rejects.toMatchObject({ code: "FORBIDDEN" });
    const { results } = await service.changeTags(maintainer, { bot_ids: [bare], add: ["prod"], remove: [] });
    expect(results).toMatchObject([{ status: "error", code: "FORBIDDEN" }]);
    await expect(service.putTags({ ...ada, scope: "operate" }, bare, ["prod"])).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect(roleOf(guest, bare)).toBeNull();
  });

  it("are granted by owners only, within limits, and listed for maintainers", async () => {
    const [ada, guest, maintainer] = [await caller(ADA), await caller(GUEST), await caller(MAINTAINER)];
    const share = { tag: "prod", user_id: GUEST, role: "viewer" } as const;
    await expect(grants.add(maintainer, TEAM, share)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(grants.add(guest, TEAM, share)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(grants.add(actor(9, "admin"), TEAM + 9, share)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(grants.add(ada, TEAM, { tag: "p", team_id: TEAM, role: "viewer" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    for (let at = 0; at < SHARED_TAGS_MAX; at++) await grants.add(ada, TEAM, { ...share, tag: `t${at}` });
    await expect(grants.add(ada, TEAM, share)).rejects.toMatchObject({ code: "CONFLICT" });
    const first = await grants.list(maintainer, TEAM, { limit: 6 });
    const rest = await grants.list(maintainer, TEAM, { limit: 6, cursor: first.next_cursor! });
    expect([...first.grants, ...rest.grants].map(({ tag }) => tag).sort()).toEqual([
      ...Array.from({ length: SHARED_TAGS_MAX }, (_, at) => `t${at}`),
    ]);
    await expect(grants.list(guest, TEAM, { limit: 6 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    // A person's own bots are those of the personal team.
    expect(await grants.add(ada, ADA, { tag: "own", user_id: MAINTAINER, role: "viewer" })).toMatchObject({ bots: 0 });
  });

  it("are on a bounded number of bots", async () => {
    const ada = await caller(ADA);
    const bot = await aTeamBot();
    const rows = Array.from({ length: TAG_BOTS_MAX }, (_, at) => `full_${at}`);
    for (const id of rows)
      await db().run(
        "INSERT INTO bot (id, owner_id, name, status_since, token_hash, token_cipher, created_at) VALUES ($1, $2, 'b', 0, $1, '', 0)",
        [id, TEAM],
      );
    await db().run(`INSERT INTO bot_tag (bot_id, key, name) SELECT id, 'full', 'full' FROM bot WHERE id LIKE 'full%'`);
    await grants.add(ada, TEAM, { tag: "full", user_id: GUEST, role: "viewer" });
    await settled();
    expect((await caller(GUEST)).rights!.bots.size).toBe(TAG_BOTS_MAX);
    await expect(service.putTags(ada, bot, ["full"])).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("are swept when they have ended, and when their team is gone", async () => {
    const ada = await caller(ADA);
    await grants.add(ada, TEAM, { tag: "a", user_id: GUEST, role: "viewer", ends_at: iso(clock.at + 1) });
    const kept = await grants.add(ada, TEAM, { tag: "b", user_id: GUEST, role: "viewer" });
    await grants.add(ada, ADA, { tag: "c", user_id: GUEST, role: "viewer" });
    await db().run(`UPDATE tag_grant SET owner_id = 999 WHERE key = 'c'`);
    await store.sweep(clock.at + 2);
    expect(await db().all("SELECT id FROM tag_grant")).toEqual([{ id: kept.id }]);
  });
});
