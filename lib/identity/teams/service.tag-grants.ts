/** Shares tags: every bot of a team that has a tag is shared with a person or another team (docs/decisions/038-shared-tags.md). */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { keyOf } from "@/lib/core/contract.tag-keys";
import { AppError } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { afterPair, dashed, rowsOf, shownPage } from "@/lib/core/pages";
import { reaches, roleOnBot } from "@/lib/identity/access";
import { FIRST_TEAM, SHARED_TAGS_MAX, TAG_BOTS_MAX, TAG_GRANTS_MAX } from "./contract.constants";
import type { TagGrant } from "./contract.tag-grants";
import { noTeam } from "./joins";
import { demandTeam } from "./service";
import {
  changeOf,
  createAnnouncement,
  createEndCreated,
  endOf,
  type GrantChange,
  type GrantInput,
  type RecipientDeps,
  recipientName,
  recipientOf,
} from "./service.recipients";
import type { TagGrantRow, TagGrantStore, TagRefused, TagTransaction } from "./store.tag-grants";

type Deps = RecipientDeps & {
  store: TagGrantStore;
  emit: Emit;
  now: Clock;
  newId(prefix: string): string;
};
/** Tags of one bot that change, in the spelling by which they are compared. */
type TagChange = { bot_id: string; team_id: number | null; added: string[]; removed: string[] };

const OWNED = "The bots belong to this person or team already";
const REFUSALS: Record<TagRefused, string> = {
  "too-many-grants": `A team has at most ${TAG_GRANTS_MAX} grants of tags; end one first`,
  "too-many-shared": `At most ${SHARED_TAGS_MAX} tags are shared with one person or team`,
  "too-many-bots": `A shared tag is on at most ${TAG_BOTS_MAX} bots; this one is on more`,
};
const noGrant = (id: string) => new AppError("NOT_FOUND", `The team has no tag grant ${id}`);

/** A grant in the audit log, by its tag and by the name of whom it is for. */
const actTarget = (id: string, tag: string, recipient: string | null | undefined) => ({
  ...{ type: "tag_grant", id, name: `${tag} → ${recipient}` },
});
const targetOf = ({ id, name, username, team_name }: TagGrantRow) => actTarget(id, name, username ?? team_name);

const toGrant = (row: TagGrantRow): TagGrant => ({
  ...{ id: row.id, owner_team_id: row.owner_id, tag: row.name, bots: row.bots, role: row.role },
  user: row.user_id === null ? null : { id: row.user_id, username: row.username },
  team: row.team_id === null ? null : { id: row.team_id, name: row.team_name },
  ...{ created_by_name: row.created_by_name, created_at: iso(row.created_at), ends_at: isoOrNull(row.ends_at) },
});

/** Makes rights follow when bots get tags, lose them, or go to another team. */
function createFollowing({ store, emit, now }: Deps) {
  const announce = createAnnouncement(emit);

  return {
    announce,

    /**
     * Checks a change of a bot's tags in its transaction. A tag that the bot's team shares gives access to the bot, so only
     * those who may share the bot set or remove it. A key does not decide what it reaches itself.
     *
     * @throws FORBIDDEN the caller does not own the bot, or is a key that is limited to the tag; CONFLICT the tag is on too many bots
     */
    async check(trx: TagTransaction, actor: Actor, { bot_id, team_id, added, removed }: TagChange): Promise<void> {
      const changed = [...added, ...removed];
      const own = changed.find((key) => actor.kind === "user" && actor.limits?.tags?.has(key));
      if (own !== undefined)
        throw new AppError(
          "FORBIDDEN",
          `The tag "${own}" decides which bots this API key reaches: the key may neither set nor remove it`,
        );
      if (team_id === null || changed.length === 0) return;
      const shared = await store.sharedOf(trx, team_id, changed, now());
      if (shared.length === 0) return;
      const role = roleOnBot(actor, { id: bot_id, team_id });
      if (role === null || !reaches(role, "owner") || asUser(actor, "operate").scope !== "admin")
        throw new AppError(
          "FORBIDDEN",
          `The tag "${shared[0]}" is shared and gives access to this bot: only an owner of the bot may set or remove it`,
        );
      for (const key of shared.filter((one) => added.includes(one)))
        if ((await store.countBots(trx, team_id, key)) >= TAG_BOTS_MAX)
          throw new AppError(
            "CONFLICT",
            `The tag "${key}" is shared, and a shared tag is on at most ${TAG_BOTS_MAX} bots`,
          );
    },

    /** Announces that bots got tags or lost them. */
    async changed(changes: readonly TagChange[]): Promise<void> {
      const all = new Set(changes.flatMap(({ added, removed }) => [...added, ...removed]));
      if (all.size > 0) emit("tags.changed", { keys: [...all] });
      const teams = new Map<number, Set<string>>();
      for (const { team_id, added, removed } of changes) {
        if (team_id === null || added.length + removed.length === 0) continue;
        const keys = teams.get(team_id) ?? new Set();
        for (const key of [...added, ...removed]) keys.add(key);
        teams.set(team_id, keys);
      }
      for (const [teamId, keys] of teams) await announce(await store.recipientsOf([teamId], [...keys]));
    },

    /** Announces that a bot, with its tags, came to a team or left it. */
    moved: async (teams: readonly number[]): Promise<void> => announce(await store.recipientsOf(teams)),
  };
}

/** Builds what the page "That wasn't me" of a locked account asks about tags that its person shared. It checks no caller. */
const createCreatedTagGrants = ({ store, emit, now }: Deps) => ({
  async createdBy(userId: number, limit: number) {
    const rows = await store.givenBy(userId, now(), limit);
    return rows.map(({ id, name, owner_name, role, ...row }) => ({
      ...{ id, name },
      details: [owner_name, `${role}: ${recipientName(row)}`],
    }));
  },

  endCreated: createEndCreated({ store, emit }),
});

export function createTagGrantService(deps: Deps) {
  const { store, teamName, findUser, now, newId } = deps;
  const { announce, ...following } = createFollowing(deps);

  /** @throws NOT_FOUND, FORBIDDEN; NOT_FOUND a team that does not exist, which an admin may name */
  async function demand(actor: Actor, teamId: number, least: TeamRole): Promise<UserActor> {
    const user = demandTeam(actor, teamId, least);
    const exists = teamId < FIRST_TEAM ? await findUser({ user_id: teamId }) : await teamName(teamId);
    if (exists === undefined) throw noTeam(teamId);
    return user;
  }

  async function owned(actor: Actor, teamId: number, grantId: string): Promise<TagGrantRow> {
    await demand(actor, teamId, "owner");
    const grant = await store.find(grantId);
    if (grant?.owner_id !== teamId) throw noGrant(grantId);
    return grant;
  }

  return {
    ...following,
    ...createCreatedTagGrants(deps),

    /** A page of a team's grants of tags. @throws NOT_FOUND, FORBIDDEN all but maintainers */
    async list(actor: Actor, teamId: number, { cursor, limit }: { cursor?: string; limit: number }) {
      await demand(actor, teamId, "maintainer");
      const found = await store.page(teamId, { after: afterPair(cursor), limit });
      const { items, next_cursor } = shownPage(found, toGrant, dashed);
      return { grants: rowsOf(items), next_cursor };
    },

    /**
     * Shares a tag; a second grant to the same person or team replaces the first.
     *
     * @throws NOT_FOUND, FORBIDDEN all but owners; CONFLICT too many; INVALID_INPUT
     */
    async add(actor: Actor, teamId: number, { tag, ...input }: GrantInput & { tag: string }): Promise<TagGrant> {
      const user = await demand(actor, teamId, "owner");
      const ends_at = endOf(input.ends_at ?? null, now());
      const { recipient, name } = await recipientOf(deps, { team_id: teamId, refusal: OWNED }, input);
      const { role } = input;
      const grant = { id: newId("tgrant"), owner_id: teamId, key: keyOf(tag), name: tag, ...recipient, role, ends_at };
      describeAct({
        target: actTarget(grant.id, tag, name),
        ...{ team_id: teamId, after: { tag, ...recipient, role, ends_at: isoOrNull(ends_at) } },
      });
      const added = await store.add({ ...grant, created_by: user.user_id, created_at: now() });
      if (typeof added === "string") throw new AppError("CONFLICT", REFUSALS[added]);
      await announce([recipient]);
      logSecurity("tag_shared", { ...actorFields(actor), team_id: teamId, tag, to: recipient, role, ends_at });
      return toGrant((await store.find(added.id))!);
    },

    /** Changes role or end. @throws NOT_FOUND, FORBIDDEN, INVALID_INPUT */
    async change(actor: Actor, teamId: number, grantId: string, asked: GrantChange): Promise<TagGrant> {
      const grant = await owned(actor, teamId, grantId);
      const { change, to } = changeOf(asked, now());
      describeUpdate(targetOf(grant), toGrant(grant), to);
      describeAct({ team_id: teamId });
      if (!(await store.change(grantId, change))) throw noGrant(grantId);
      await announce([grant]);
      logSecurity("tag_share_changed", { ...actorFields(actor), team_id: teamId, grant_id: grantId, ...change });
      return toGrant({ ...grant, ...change });
    },

    /** Ends a grant. @throws NOT_FOUND, FORBIDDEN */
    async end(actor: Actor, teamId: number, grantId: string): Promise<void> {
      const grant = await owned(actor, teamId, grantId);
      const { tag, user, team, role, ends_at } = toGrant(grant);
      describeAct({ target: targetOf(grant), team_id: teamId, before: { tag, user, team, role, ends_at } });
      if (!(await store.remove(grantId))) throw noGrant(grantId);
      await announce([grant]);
      logSecurity("tag_share_ended", { ...actorFields(actor), team_id: teamId, grant_id: grantId });
    },
  };
}
