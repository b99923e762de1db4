/** Roles in teams and shares of bots that ended since a backup stay away. */
import { describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { backupRoom } from "@/tests/backups";
import { databases } from "@/tests/db/databases";
import { aStoredBot, aStoredUser } from "@/tests/db/rooms";

const TEAM = 1_000_000_001;
const [ADA, LEFT, LOWERED] = [1, 2, 3];

describe.each(databases)("a restore on $provider", (kind) => {
  const { room, take } = backupRoom(kind);
  const member = (user: number, role: string) =>
    db().run("INSERT INTO team_member (team_id, user_id, role, added_at) VALUES ($1, $2, $3, 5)", [TEAM, user, role]);
  const grant = (id: string, bot: string, role: string) =>
    db().run("INSERT INTO bot_grant (id, bot_id, user_id, role, created_at) VALUES ($1, $2, $3, $4, 5)", [
      ...[id, bot, LEFT, role],
    ]);

  it("keeps roles in teams and shares of bots as they are now", async () => {
    for (const id of [ADA, LEFT, LOWERED]) await aStoredUser({ id });
    await db().run("INSERT INTO team (id, name, owner_id, created_at) VALUES ($1, 'Night', $2, 5)", [TEAM, ADA]);
    await member(ADA, "owner");
    await member(LEFT, "maintainer");
    await member(LOWERED, "owner");
    for (const id of ["bot_a", "bot_b", "bot_c"]) await aStoredBot({ id, owner_id: ADA });
    await grant("ended", "bot_a", "viewer");
    await grant("changed", "bot_b", "maintainer");
    await grant("kept", "bot_c", "viewer");
    const backup = await take();
    await db().run("DELETE FROM team_member WHERE user_id = $1", [LEFT]);
    await db().run("UPDATE team_member SET role = 'viewer' WHERE user_id = $1", [LOWERED]);
    await db().run("DELETE FROM bot_grant WHERE id = 'ended'");
    await db().run("UPDATE bot_grant SET role = 'viewer', ends_at = 9 WHERE id = 'changed'");

    const { warnings } = await room().work.restore(backup.filename);
    expect(await db().all("SELECT user_id, role FROM team_member ORDER BY user_id")).toEqual([
      { user_id: ADA, role: "owner" },
      { user_id: LOWERED, role: "viewer" },
    ]);
    expect(await db().all("SELECT id, role, ends_at FROM bot_grant ORDER BY id")).toEqual([
      { id: "changed", role: "viewer", ends_at: 9 },
      { id: "kept", role: "viewer", ends_at: null },
    ]);
    expect(warnings).toContain("Members of teams changed since the backup stay as they are now: Night.");
    expect(warnings.find((text) => text.startsWith("Shares of bots"))).toMatch(/: bot_a, bot_b\.$/);
  });

  it("brings back no grant of a tag that ended, and no shared tag that a bot has lost", async () => {
    for (const id of [ADA, LEFT]) await aStoredUser({ id });
    await aStoredBot({ id: "bot_t", owner_id: ADA, tags: '["night", "other"]' });
    for (const key of ["night", "other"])
      await db().run("INSERT INTO bot_tag (bot_id, key, name) VALUES ('bot_t', $1, $1)", [key]);
    for (const [id, key] of [
      ["kept", "night"],
      ["gone", "other"],
    ])
      await db().run(
        "INSERT INTO tag_grant (id, owner_id, key, name, user_id, role, created_at) VALUES ($1, $2, $3, $3, $4, 'viewer', 5)",
        [id!, ADA, key!, LEFT],
      );
    const backup = await take();
    await db().run("DELETE FROM tag_grant WHERE id = 'gone'");
    await db().run("DELETE FROM bot_tag");

    const { warnings } = await room().work.restore(backup.filename);
    expect(await db().all("SELECT id FROM tag_grant")).toEqual([{ id: "kept" }]);
    expect(await db().all("SELECT key FROM bot_tag")).toEqual([{ key: "other" }]);
    expect(await db().all("SELECT tags FROM bot WHERE id = 'bot_t'")).toEqual([{ tags: '["other"]' }]);
    expect(warnings).toContain("Shares of tags that were changed or ended since the backup stay so: other.");
    expect(warnings).toContain("Tags that give access and that bots have lost since the backup stay away: bot_t.");
  });

  it("brings back no tag that a bot has lost and that a key is limited to", async () => {
    await aStoredUser({ id: ADA });
    await db().run("INSERT INTO team (id, name, owner_id, created_at) VALUES ($1, 'Tags', $2, 5)", [TEAM + 3, ADA]);
    await aStoredBot({ id: "bot_k", owner_id: ADA, tags: '["a", "b", "c"]' });
    for (const key of ["a", "b", "c"])
      await db().run("INSERT INTO bot_tag (bot_id, key, name) VALUES ('bot_k', $1, $1)", [key]);
    await db().run(
      "INSERT INTO team_key (id, team_id, name, prefix, key_hash, areas, tags, created_at) VALUES ('k', $1, 'k', 'mt_', 'k', 'bots:read', $2, 5)",
      [TEAM + 3, '["A"]'],
    );
    await db().run(
      "INSERT INTO api_key (id, user_id, name, prefix, key_hash, scope, tags, created_at) VALUES ('p', $1, 'p', 'mk_', 'p', 'read', $2, 5)",
      [ADA, '["B"]'],
    );
    const backup = await take();
    await db().run("DELETE FROM bot_tag");

    await room().work.restore(backup.filename);
    expect(await db().all("SELECT key FROM bot_tag")).toEqual([{ key: "c" }]);
  });

  it("does not bring back a team that was deleted; its bots go to its first owner, and their rows follow", async () => {
    await aStoredUser({ id: ADA });
    const gone = TEAM + 1;
    await db().run("INSERT INTO team (id, name, owner_id, created_at) VALUES ($1, 'Gone', $2, 5)", [gone, ADA]);
    await db().run("INSERT INTO team_member (team_id, user_id, role, added_at) VALUES ($1, $2, 'owner', 5)", [
      ...[gone, ADA],
    ]);
    await aStoredBot({ id: "bot_d", owner_id: gone });
    const backup = await take();
    await db().run("DELETE FROM bot WHERE id = 'bot_d'");
    await db().run("DELETE FROM team WHERE id = $1", [gone]);
    await db().run("INSERT INTO ended_access (kind, ref, at) VALUES ('team', $1, 9)", [String(gone)]);

    const { warnings } = await room().work.restore(backup.filename);
    expect(await db().all("SELECT id FROM team WHERE id = $1", [gone])).toEqual([]);
    expect(await db().all("SELECT user_id FROM team_member WHERE team_id = $1", [gone])).toEqual([]);
    expect(await db().all("SELECT owner_id FROM bot WHERE id = 'bot_d'")).toEqual([{ owner_id: ADA }]);
    expect(await db().all("SELECT bot_id FROM bot_move")).toEqual([{ bot_id: "bot_d" }]);
    expect(warnings.find((text) => text.startsWith("Teams deleted"))).toMatch(/first owners: Gone\.$/);
  });

  it("brings back no service key that was revoked, and no secret from before a rotation", async () => {
    await aStoredUser({ id: ADA });
    await db().run("INSERT INTO team (id, name, owner_id, created_at) VALUES ($1, 'Keys', $2, 5)", [TEAM + 2, ADA]);
    for (const id of ["revoked", "rotated", "same"])
      await db().run(
        "INSERT INTO team_key (id, team_id, name, prefix, key_hash, areas, created_at) VALUES ($1, $2, $1, 'mt_', $1, 'bots:read', 5)",
        [id, TEAM + 2],
      );
    const backup = await take();
    await db().run("DELETE FROM team_key WHERE id = 'revoked'");
    await db().run("INSERT INTO ended_access (kind, ref, at) VALUES ('team_key', 'revoked', 9)");
    await db().run("UPDATE team_key SET key_hash = 'new', prefix = 'mt_new', rotated_at = 9 WHERE id = 'rotated'");

    const { warnings } = await room().work.restore(backup.filename);
    expect(await db().all("SELECT id, key_hash, prefix FROM team_key ORDER BY id")).toEqual([
      { id: "rotated", key_hash: "new", prefix: "mt_new" },
      { id: "same", key_hash: "same", prefix: "mt_" },
    ]);
    expect(warnings.find((text) => text.startsWith("Service keys"))).toMatch(/: revoked, rotated\.$/);
  });

  it("leaves a bot with the team that it was given to", async () => {
    for (const id of [ADA, LEFT]) await aStoredUser({ id });
    await aStoredBot({ id: "bot_e", owner_id: LEFT });
    await aStoredBot({ id: "bot_f", owner_id: LEFT });
    const backup = await take();
    await db().run("UPDATE bot SET owner_id = $1 WHERE id = 'bot_e'", [ADA]);
    // The backup has no team or person with this id, so the bot would have no owner.
    await db().run("UPDATE bot SET owner_id = 77 WHERE id = 'bot_f'");
    const { warnings } = await room().work.restore(backup.filename);
    const owners = "SELECT id, owner_id FROM bot WHERE id IN ('bot_e', 'bot_f') ORDER BY id";
    expect(await db().all(owners)).toEqual([
      { id: "bot_e", owner_id: ADA },
      { id: "bot_f", owner_id: LEFT },
    ]);
    expect(warnings.some((text) => text.startsWith("Bots given to another team"))).toBe(true);
  });
});
