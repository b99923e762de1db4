/** Rules of service keys: API keys that act for a team. Keys are hashed like sessions and shown once. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { afterPair, dashed, rowsOf, shownPage } from "@/lib/core/pages";
import type { Quotas } from "@/lib/core/quotas";
import type { OwnedBot } from "@/lib/identity/access";
import { type CrowdedTag, overlapEnd, refuseCrowdedTag } from "@/lib/identity/accounts";
import type { createTeamKey, TeamKey } from "./contract.keys";
import { noTeam } from "./joins";
import { demandShared } from "./service";
import { type TeamKeyStore, toTeamKey } from "./store.keys";

const DAY_MS = 86_400_000;
/** Characters of a key that lists show: its prefix and six of 43 random ones. */
const SHOWN = 9;

type Deps = {
  store: Pick<TeamKeyStore, "page" | "find" | "insert" | "rotate" | "revoke" | "createdBy" | "end">;
  quotas: Pick<Quotas, "of">;
  /** The name of a team; undefined when there is no such team. */
  teamName(teamId: number): Promise<string | undefined>;
  /** Returns the people who own a team, whatever their role in others. */
  ownersOf(teamId: number): Promise<number[]>;
  /** Finds those of the bots that the caller may see. */
  bots: { getMany(actor: Actor, ids: string[]): Promise<ReadonlyMap<string, OwnedBot>> };
  /** Returns a tag that is on more of the team's bots than a key may reach by it; undefined for none. */
  crowdedTag: CrowdedTag;
  emit: Emit;
  now: Clock;
  newId(prefix: string): string;
  newKey(): string;
  hash(token: string): string;
};
type KeyInput = z.output<typeof createTeamKey.body>;
type Secret = { key: TeamKey; secret: string };

const PERSONAL = "A personal team has no service keys: create an API key of your own, or a team";
const noKey = (id: string) => new AppError("NOT_FOUND", `The team has no service key ${cutText(id, 64, "")}`);
const onKey = (team_id: number, { id, name }: { id: string; name: string }) => ({
  ...{ target: { type: "team_key", id, name }, team_id },
});

/** Checks that the team owns the bots that a key is to be limited to. @throws AppError INVALID_INPUT */
async function checkBots({ bots }: Pick<Deps, "bots">, actor: Actor, teamId: number, ids: readonly string[]) {
  const found = await bots.getMany(actor, [...ids]);
  const missing = ids.find((id) => found.get(id)?.team_id !== teamId);
  if (missing !== undefined) throw invalid("bots", `the team owns no bot ${cutText(missing, 64, "")}`);
}

/** A new secret, and how it is stored. */
function makeSecret({ newKey, hash }: Pick<Deps, "newKey" | "hash">) {
  const secret = newKey();
  // ASCII
  return { secret, stored: { prefix: secret.slice(0, SHOWN), key_hash: hash(secret) } };
}

/** Builds what the page "That wasn't me" of a locked account asks about keys that its person created. */
const createCreatedKeys = ({ store, emit, now }: Deps) => ({
  async createdBy(userId: number, limit: number) {
    const keys = await store.createdBy(userId, now(), limit);
    return keys.map(({ id, name, team_name }) => ({ id, name, details: [team_name] }));
  },

  async endCreated(keyId: string): Promise<boolean> {
    const team_id = await store.end(keyId, now());
    if (team_id !== undefined) emit("access.revoked", { user_id: team_id, key_id: keyId });
    return team_id !== undefined;
  },
});

/**
 * Announces a new secret, so that the owners of the team are notified: whoever has it acts for the team.
 *
 * @returns the secret
 */
async function announced(
  deps: Deps,
  actor: Actor,
  made: Secret & { team_id: number; rotated: boolean },
): Promise<Secret> {
  const { team_id, rotated, ...secret } = made;
  const [team, owners] = await Promise.all([deps.teamName(team_id), deps.ownersOf(team_id)]);
  const { username: by } = asUser(actor);
  deps.emit("team.key_issued", { team_id, team: team ?? "", key: secret.key.name, rotated, by, owners });
  return secret;
}

export function createTeamKeyService(deps: Deps) {
  const { store, emit, now, newId } = deps;
  const demand = (actor: Actor, teamId: number, scope?: "read") =>
    demandShared(actor, teamId, "maintainer", { scope, personal: PERSONAL });
  const end = (teamId: number, keyId: string) => emit("access.revoked", { user_id: teamId, key_id: keyId });

  return {
    ...createCreatedKeys(deps),

    /** A page of a team's keys that still work, newest first. @throws NOT_FOUND, FORBIDDEN all but maintainers; CONFLICT */
    async list(actor: Actor, teamId: number, { cursor, limit }: { cursor?: string; limit: number }) {
      demand(actor, teamId, "read");
      if ((await deps.teamName(teamId)) === undefined) throw noTeam(teamId);
      const at = now();
      const found = await store.page(teamId, at, { after: afterPair(cursor), limit });
      const { items, next_cursor } = shownPage(found, (row) => toTeamKey(row, at), dashed);
      return { keys: rowsOf(items), next_cursor };
    },

    /**
     * Makes a key. `secret` is shown here and never again.
     *
     * @throws NOT_FOUND, FORBIDDEN all but maintainers; CONFLICT a personal team, too many keys, or a tag on too many bots;
     *   INVALID_INPUT a bot of others
     */
    async create(actor: Actor, teamId: number, input: KeyInput): Promise<Secret> {
      const { user_id: created_by } = demand(actor, teamId);
      const { name, scopes, bots = null, tags = null, ip_ranges = null, expires_in_days: days } = input;
      if (bots) await checkBots(deps, actor, teamId, bots);
      await refuseCrowdedTag(deps.crowdedTag, teamId, tags);
      const { secret, stored } = makeSecret(deps);
      const created_at = now();
      const expires_at = days === null ? null : created_at + days * DAY_MS;
      const row = { id: newId("tkey"), team_id: teamId, name, ...stored, created_by, created_at, expires_at };
      const limits = { scopes, bots, tags, ip_ranges };
      describeAct({ ...onKey(teamId, row), after: { name, ...limits, expires_at: isoOrNull(expires_at) } });
      const quota = await deps.quotas.of("service_keys", teamId);
      const key = await store.insert({ ...row, ...limits }, quota.max);
      if (key === undefined) throw noTeam(teamId);
      if (key === null) throw await quota.reached(actor);
      logSecurity("team_key_created", { ...actorFields(actor), team_id: teamId, created_key_id: row.id });
      return announced(deps, actor, { key: toTeamKey(key, created_at), secret, team_id: teamId, rotated: false });
    },

    /**
     * Gives a key a new secret, which is shown here and never again.
     *
     * @param until until when the old secret works too; without it, that stops at once
     * @throws NOT_FOUND, FORBIDDEN, CONFLICT as create; INVALID_INPUT `until` has passed, or is too far away
     */
    async rotate(actor: Actor, teamId: number, keyId: string, until?: string): Promise<Secret> {
      demand(actor, teamId);
      const at = now();
      const old = overlapEnd(until, at);
      const before = await store.find(teamId, keyId, at);
      if (!before) throw noKey(keyId);
      const { secret, stored } = makeSecret(deps);
      describeAct({ ...onKey(teamId, before), after: { old_secret_until: old === null ? null : iso(old) } });
      const rotated = await store.rotate({ id: keyId, team_id: teamId, at, until: old, ...stored });
      if (!rotated) throw noKey(keyId);
      // While the old secret goes on, its sockets do too.
      if (rotated.ended) end(teamId, keyId);
      logSecurity("team_key_rotated", { ...actorFields(actor), team_id: teamId, rotated_key_id: keyId });
      return announced(deps, actor, { key: toTeamKey(rotated.key, at), secret, team_id: teamId, rotated: true });
    },

    /** Ends a key at once. @throws NOT_FOUND, FORBIDDEN, CONFLICT as create */
    async revoke(actor: Actor, teamId: number, keyId: string): Promise<void> {
      demand(actor, teamId);
      const at = now();
      const before = await store.find(teamId, keyId, at);
      if (!before) throw noKey(keyId);
      const { name, scopes, bots, tags, ip_ranges } = toTeamKey(before, at);
      describeAct({ ...onKey(teamId, before), before: { name, scopes, bots, tags, ip_ranges } });
      if (!(await store.revoke(teamId, keyId, at))) throw noKey(keyId);
      end(teamId, keyId);
      logSecurity("team_key_revoked", { ...actorFields(actor), team_id: teamId, revoked_key_id: keyId });
    },
  };
}
