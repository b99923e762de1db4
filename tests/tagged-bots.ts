/** Bots of a team with tags that give access, and people and keys whose rights follow the database as a request's do. */
import { vi } from "vitest";
import type { KeyLimits, UserActor } from "@/lib/core/actor";
import { botTags } from "@/lib/fleet/bots/joins";
import { roleOnBot } from "@/lib/identity/access";
import { findAccount } from "@/lib/identity/accounts";
import { createRightsBook } from "@/lib/identity/teams/rights";
import { createTagGrantService } from "@/lib/identity/teams/service.tag-grants";
import { createRightsReader } from "@/lib/identity/teams/store.rights";
import { createTagGrantStore } from "@/lib/identity/teams/store.tag-grants";
import { createTaggedReader } from "@/lib/identity/teams/store.tagged";
import { actor } from "./actors";
import { aBotRoom, type BotRoom } from "./bot-room";
import type { Databases, TestDatabase } from "./db/databases";
import { openRoom } from "./db/rooms";

/** ADA owns the team, and MAINTAINER is in it. OTHER owns the team beside it, in which GUEST is a viewer. */
export const TEAM = 1_000_000_007;
export const [ADA, GUEST, MAINTAINER, OTHER] = [501, 502, 503, 504] as const;

type Service = ReturnType<BotRoom["fresh"]>["service"];
type Fact = { user_ids?: number[]; keys?: string[] };

/** Call once per database, and `reset` before each test. */
export function aTaggedWorld() {
  let database: TestDatabase;
  let room: BotRoom;
  let service: Service;
  const clock = { at: Date.parse("2026-01-01T12:00:00.000Z") };
  const now = () => clock.at;
  const tagged = createTaggedReader(botTags);
  const book = createRightsBook({ read: createRightsReader(botTags), readTagged: tagged.read, now });
  let refreshes: Promise<void>[] = [];
  const emit = vi.fn((name: string, { user_ids, keys }: Fact) => {
    if (name === "rights.changed") refreshes.push(book.refresh(user_ids!));
    if (name === "tags.changed") refreshes.push(book.refreshTagged(keys!));
  });
  const store = createTagGrantStore(botTags);
  let ids = 0;
  const grants = createTagGrantService({
    ...{ store, emit: emit as never, now, findUser: findAccount, newId: (prefix) => `${prefix}_${++ids}` },
    teamName: async (id) => (id === TEAM || id === TEAM + 1 ? "Night shift" : undefined),
  });
  const caller = async (id: number): Promise<UserActor> => ({ ...actor(id), rights: await book.of(id) });

  return {
    ...{ book, clock, grants, store, tagged, caller },
    settled: async () => void (await Promise.all(refreshes.splice(0))),
    /** A key of a person, or the service key of a team, with limits. */
    aKey: async (owner: number, limits: KeyLimits, role: UserActor["role"] = "user"): Promise<UserActor> => ({
      ...{ ...actor(owner, role), key_id: "key_1", scope: "operate" },
      limits: owner >= TEAM ? { ...limits, team: owner } : limits,
      rights: await book.of(owner, limits.tags),
    }),
    /** A bot of the team. */
    async aTeamBot(tags: string[] = [], team_id = TEAM) {
      const owner = await caller(team_id === TEAM ? ADA : OTHER);
      const { bot_id } = await service.create(owner, { name: "Greeter", team_id, metadata: {} });
      if (tags.length > 0) await service.putTags(owner, bot_id, tags);
      return bot_id;
    },
    roleOf: (reader: UserActor, id: string, team_id = TEAM) => roleOnBot(reader, { id, team_id }, clock.at),

    async open(provider: Databases): Promise<void> {
      database = await openRoom(provider);
      room = aBotRoom();
      for (const id of [ADA, GUEST, MAINTAINER, OTHER])
        await database.run(
          `INSERT INTO "user" (id, username, email, created_at) VALUES (${id}, 'u${id}', 'u${id}@example.org', 0)`,
        );
      for (const id of [TEAM, TEAM + 1])
        await database.run(`INSERT INTO team (id, name, owner_id, created_at) VALUES (${id}, 'T', ${ADA}, 0)`);
      const members = [
        ...[`(${TEAM}, ${ADA}, 'owner', 0)`, `(${TEAM}, ${MAINTAINER}, 'maintainer', 0)`],
        ...[`(${TEAM + 1}, ${OTHER}, 'owner', 0)`, `(${TEAM + 1}, ${GUEST}, 'viewer', 0)`],
      ];
      await database.run(`INSERT INTO team_member (team_id, user_id, role, added_at) VALUES ${members.join(", ")}`);
    },
    close: () => database.close(),
    /** Removes the bots and grants of the test before. */
    async reset(): Promise<Service> {
      for (const table of ["tag_grant", "bot_tag", "bot"]) await database.run(`DELETE FROM ${table}`);
      clock.at += 1_000;
      refreshes = [];
      ({ service } = room.fresh());
      service.onTags(grants);
      service.onMove(async (_trx, _bot, from, to) => () => grants.moved([from, to]));
      await book.refreshAll();
      return service;
    },
  };
}
export type TaggedWorld = { service: Service };
