/** Shares single bots with people and teams, for a while or without an end. */
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { afterPair, dashed, rowsOf, shownPage } from "@/lib/core/pages";
import type { OwnedBot } from "@/lib/identity/access";
import { GRANTS_MAX, SHARED_MAX } from "./contract.constants";
import type { BotGrant } from "./contract.grants";
import {
  changeOf,
  createAnnouncement,
  createEndCreated,
  endOf,
  type GrantChange,
  type GrantInput,
  ofTeam,
  type Recipient,
  type RecipientDeps,
  recipientName,
  recipientOf,
} from "./service.recipients";
import type { GrantRow, GrantStore } from "./store.grants";

type Deps = RecipientDeps & {
  store: GrantStore;
  /** Checks the caller's role on the bot. @throws NOT_FOUND, FORBIDDEN */
  bots: { reach(actor: Actor, botId: string, least: TeamRole): Promise<OwnedBot> };
  emit: Emit;
  now: Clock;
  newId(prefix: string): string;
};

const OWNED = "The bot belongs to this person or team already";

/** A grant in the audit log, by the name of whom it is for. */
const actTarget = ({ id, bot_id, username, team_name }: GrantRow) => ({
  ...{ type: "bot_grant", id, name: username ?? team_name, bot_id },
});

const noGrant = (id: string) => new AppError("NOT_FOUND", `The bot has no grant ${id}`);

const toGrant = (row: GrantRow): BotGrant => ({
  ...{ id: row.id, bot_id: row.bot_id, role: row.role },
  user: row.user_id === null ? null : { id: row.user_id, username: row.username },
  team: row.team_id === null ? null : { id: row.team_id, name: row.team_name },
  ...{ created_by_name: row.created_by_name, created_at: iso(row.created_at), ends_at: isoOrNull(row.ends_at) },
});

/** Builds what the page "That wasn't me" of a locked account asks about bots that its person shared. It checks no caller. */
const createCreatedGrants = ({ store, emit, now }: Pick<Deps, "store" | "emit" | "now">) => ({
  async givenBy(userId: number, limit: number): Promise<{ bot_id: string; shared_with: string }[]> {
    const rows = await store.givenBy(userId, now(), limit);
    return rows.map((row) => ({ bot_id: row.bot_id, shared_with: recipientName(row) }));
  },

  async createdBy(userId: number, limit: number) {
    const rows = await store.givenBy(userId, now(), limit);
    return rows.map((row) => ({
      ...{ id: row.id, name: row.bot_id },
      details: [`${row.role}: ${recipientName(row)}`],
    }));
  },

  endCreated: createEndCreated({ store, emit }),
});

/** Ends grants with the ownership that they rest on, and announces every change of rights. */
function createEnding({ store, emit }: Pick<Deps, "store" | "emit">) {
  const announce = createAnnouncement(emit);

  return {
    announce,

    /** Removes the grants of a deleted bot: they must not apply to the next bot of the same id. */
    async removeOf(botId: string): Promise<void> {
      await announce(await store.removeOf(botId));
    },

    /**
     * Announces that a bot went to another team, whose owners decide with whom it is shared now.
     *
     * @param ended to whom it was shared
     */
    moved: (ended: readonly Recipient[], from: number, to: number): Promise<void> =>
      announce([...ended, ...[from, to].map(ofTeam)]),
  };
}

export function createGrantService(deps: Deps) {
  const { store, bots, now, newId } = deps;
  const { announce, ...ending } = createEnding(deps);

  /** @throws NOT_FOUND, FORBIDDEN */
  async function owned(actor: Actor, botId: string, grantId: string): Promise<GrantRow> {
    asUser(actor, "admin");
    await bots.reach(actor, botId, "owner");
    const grant = await store.find(grantId);
    if (grant?.bot_id !== botId) throw noGrant(grantId);
    return grant;
  }

  return {
    ...createCreatedGrants(deps),
    ...ending,

    /** A page of a bot's grants. @throws NOT_FOUND, FORBIDDEN all but maintainers */
    async list(actor: Actor, botId: string, { cursor, limit }: { cursor?: string; limit: number }) {
      await bots.reach(actor, botId, "maintainer");
      const found = await store.page(botId, { after: afterPair(cursor), limit });
      const { items, next_cursor } = shownPage(found, toGrant, dashed);
      return { grants: rowsOf(items), next_cursor };
    },

    /**
     * Shares a bot; a second grant to the same person or team replaces the first.
     *
     * @throws NOT_FOUND, FORBIDDEN all but owners; CONFLICT too many; INVALID_INPUT
     */
    async add(actor: Actor, botId: string, input: GrantInput): Promise<BotGrant> {
      const user = asUser(actor, "admin");
      const bot = await bots.reach(actor, botId, "owner");
      const ends_at = endOf(input.ends_at ?? null, now());
      const { recipient, name } = await recipientOf(deps, { team_id: bot.team_id, refusal: OWNED }, input);
      const { role } = input;
      const grant = { id: newId("grant"), bot_id: botId, ...recipient, role, ends_at, created_by: user.user_id };
      describeAct({
        target: { type: "bot_grant", id: grant.id, name, bot_id: botId },
        ...{ team_id: bot.team_id, after: { ...recipient, role, ends_at: isoOrNull(ends_at) } },
      });
      const id = await store.add({ ...grant, created_at: now() });
      if (!id)
        throw new AppError(
          "CONFLICT",
          `A bot has at most ${GRANTS_MAX} grants, and at most ${SHARED_MAX} bots are shared with one person or team`,
        );
      await announce([recipient]);
      logSecurity("bot_shared", { ...actorFields(actor), bot_id: botId, ...recipient, role, ends_at });
      return toGrant((await store.find(id))!);
    },

    /** Changes role or end. @throws NOT_FOUND, FORBIDDEN, INVALID_INPUT */
    async change(actor: Actor, botId: string, grantId: string, asked: GrantChange): Promise<BotGrant> {
      const grant = await owned(actor, botId, grantId);
      const { change, to } = changeOf(asked, now());
      describeUpdate(actTarget(grant), toGrant(grant), to);
      if (!(await store.change(grantId, change))) throw noGrant(grantId);
      await announce([grant]);
      logSecurity("bot_share_changed", { ...actorFields(actor), bot_id: botId, grant_id: grantId, ...change });
      return toGrant({ ...grant, ...change });
    },

    /** Ends a grant. @throws NOT_FOUND, FORBIDDEN */
    async end(actor: Actor, botId: string, grantId: string): Promise<void> {
      const grant = await owned(actor, botId, grantId);
      const { user, team, role, ends_at } = toGrant(grant);
      describeAct({ target: actTarget(grant), before: { user, team, role, ends_at } });
      if (!(await store.remove(grantId))) throw noGrant(grantId);
      await announce([grant]);
      logSecurity("bot_share_ended", { ...actorFields(actor), bot_id: botId, grant_id: grantId });
    },
  };
}
