/** Teams: who works together, with which role; and grants, which share single bots and tags of bots. */
import type { Actor } from "@/lib/core/actor";
import { describeAct, performAct } from "@/lib/core/acts";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { keyOf } from "@/lib/core/contract.tag-keys";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { Quotas } from "@/lib/core/quotas";
import { hashToken, newToken } from "@/lib/core/secrets";
import type { OwnedBot } from "@/lib/identity/access";
import { findAccount, SERVICE_KEY_PREFIX } from "@/lib/identity/accounts";
import { createRightsBook } from "./rights";
import { createTeamService } from "./service";
import { createAdmission } from "./service.admission";
import { createGrantService } from "./service.grants";
import { createGroupService } from "./service.groups";
import { createTeamKeyService } from "./service.keys";
import { createTagGrantService } from "./service.tag-grants";
import { createTeamStore, type OfOtherRooms } from "./store";
import { createGrantStore, type OnMove } from "./store.grants";
import { createGroupStore } from "./store.groups";
import { createTeamKeyStore } from "./store.keys";
import { type BotTags, createRightsReader, membersOf } from "./store.rights";
import { createTagGrantStore } from "./store.tag-grants";
import { createTaggedReader } from "./store.tagged";

export { firstOwner, firstOwnerText, keepTeam, noTeam, teamIds, teamNames } from "./joins";
export { demandTeam } from "./service";
export { mayManage, ownedAccess } from "./service.owned";
export { checkOwnedBots, owningTeam } from "./service.owners";
export { maintainersOf, operatorsOf } from "./service.watching";
export {
  keepTeamKeys,
  keepTeams,
  type PresentTeams,
  readTeamIds,
  readTeamKeyTags,
  readTeams,
  withdrawTeams,
} from "./store.carryover";
export { countOwned, hasPlace, lockPlaces, ownedRows } from "./store.owned";
export type { ReadRights } from "./store.rights";

type Deps = {
  bots: {
    reach(actor: Actor, botId: string, least: TeamRole): Promise<OwnedBot>;
    getMany(actor: Actor, ids: string[]): Promise<ReadonlyMap<string, OwnedBot>>;
    onPurge(purge: (botId: string) => Promise<void>): void;
    /** Registers what changes in the transaction in which a bot goes to another team; it returns what follows the commit. */
    onMove(move: OnMove): void;
    /** Registers what checks changes of tags and follows them. */
    onTags(listener: Pick<ReturnType<typeof createTagGrantService>, "check" | "changed">): void;
  };
  botTags: BotTags;
  others: OfOtherRooms;
  quotas: Quotas;
};

const SWEEP_MS = 3_600_000;
const MONTH_MS = 30 * 86_400_000;
/** Grants end in open pages within this time; requests are refused from the exact moment. */
const ENDS_MS = 1_000;

/** Builds the room. Call once per process. */
export function createTeams({ bots, botTags, others, quotas }: Deps) {
  const store = createTeamStore();
  const grantStore = createGrantStore();
  const readRights = createRightsReader(botTags);
  const taggedBots = createTaggedReader(botTags);
  const rights = createRightsBook({ read: readRights, readTagged: taggedBots.read, now });
  const crowdedTag = async (ownerId: number, tags: readonly string[]) =>
    taggedBots.crowded(ownerId, await rights.of(ownerId), tags.map(keyOf));
  bus.on("rights.changed", ({ user_ids }) => void rights.refresh(user_ids));
  bus.on("tags.changed", ({ keys }) => void rights.refreshTagged(keys));
  // A bot with the tags of keys came within the reach of their owners, or left it.
  for (const fact of ["bot.adopted", "bot.moved"] as const)
    bus.on(fact, ({ bot }) => void rights.refreshTagged(bot.tags.map(keyOf)));
  // Keys of staff reach every bot with their tags, and this says that a role may have changed.
  bus.on("access.revoked", ({ user_id, session_id, key_id }) => {
    if (session_id === undefined && key_id === undefined) void rights.refresh([user_id]);
  });
  bus.on("bus.gap", () => void rights.refreshAll());
  bus.on("backup.maintenance", ({ on }) => void (on || rights.refreshAll()));

  const common = { findUser: findAccount, emit, now, readRights };
  const teams = createTeamService({ ...common, store, others });
  const teamName = async (id: number) => (await store.find(id))?.name;
  const grants = createGrantService({ ...common, store: grantStore, teamName, bots, newId });
  const tagGrantStore = createTagGrantStore(botTags);
  const tagGrants = createTagGrantService({ ...common, store: tagGrantStore, teamName, newId });
  bots.onTags(tagGrants);
  bots.onPurge(grants.removeOf);
  bots.onMove(async (trx, botId, from, to) => {
    const ended = await grantStore.removeOf(botId, trx);
    return () => grants.moved(ended, from, to).then(() => tagGrants.moved([from, to]));
  });
  // A bot that waits to be adopted can have tags that its new team shares.
  bus.on("bot.adopted", ({ bot }, { remote }) => {
    if (remote || bot.team_id === null || bot.tags.length === 0) return;
    tagGrants.moved([bot.team_id]).catch((error: unknown) => logger.warn({ err: error }, "rights were not read again"));
  });
  const keyStore = createTeamKeyStore();
  quotas.measure("service_keys", (id) => keyStore.count(id, now()));
  const teamKeys = createTeamKeyService({
    ...{ store: keyStore, quotas, teamName, bots, crowdedTag, emit, now, newId, hash: hashToken },
    ownersOf: async (id) => (await membersOf(id)).flatMap(({ user_id, role }) => (role === "owner" ? user_id : [])),
    newKey: () => newToken(SERVICE_KEY_PREFIX),
  });
  const sweep = jobs.every({
    ...{ name: "teams.sweep", interval: SWEEP_MS, first: SWEEP_MS, isLed: true },
    run: () =>
      performAct("removeEndedGrants", () => {
        describeAct({ target: { type: "bot_grant", id: "ended" } });
        return grantStore.sweep(now() - SWEEP_MS).then(() => tagGrantStore.sweep(now() - SWEEP_MS));
      }).then(() => keyStore.sweep(now() - MONTH_MS)),
  });
  // Sockets and subscriptions of people who see a shared bot stay open; this is how they learn that the grant has ended.
  const ends = jobs.every({ name: "teams.ends", interval: ENDS_MS, run: rights.endDue });
  return {
    teams: {
      ...{ ...teams, ...createAdmission({ store, emit }) },
      ...createGroupService({ ...common, store: createGroupStore() }),
      jobs: background([sweep, ends]),
      /** Returns the name of a shared team; undefined for a personal one, or when the team does not exist. */
      nameOf: teamName,
    },
    grants,
    tagGrants,
    teamKeys,
    serviceKeys: { byHash: keyStore.byHash, touch: keyStore.touch },
    rights: { of: rights.of, crowdedTag, read: readRights, onChange: rights.onChange },
  };
}

export type TeamsRoom = ReturnType<typeof createTeams>;
