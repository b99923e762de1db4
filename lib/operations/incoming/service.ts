/** Lets maintainers of teams manage incoming webhooks. Tokens and secrets are shown once. */
import { type Actor, asAdmin, asUser, type UserActor } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { parseBrokerAddress } from "@/lib/core/brokers";
import { AppError, invalid } from "@/lib/core/errors";
import { newSigningSecret } from "@/lib/core/outbound/signed";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { Quotas } from "@/lib/core/quotas";
import { staleUpdate } from "@/lib/core/versions";
import { teamsOf } from "@/lib/identity/access";
import { demandTeam, ownedAccess, owningTeam } from "@/lib/identity/teams";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import type { IncomingChange, IncomingInput, IncomingWebhook } from "./contract";
import { DELIVERIES_SHOWN } from "./contract.constants";
import { actionFrom, type Making } from "./making";
import { isSecretOf } from "./signatures";
import type { IncomingStore } from "./store";
import { type HookColumns, type NamedHook, toDelivery, toHook } from "./store.rows";
import type { Values } from "./template";

export type ServiceDeps = {
  store: IncomingStore;
  quotas: Pick<Quotas, "of">;
  making: Pick<Making, "demandRights" | "check">;
  newToken(): string;
  hash(token: string): string;
  seal(text: string): string;
  now(): number;
  newId(prefix: string): string;
};
type Range = { cursor?: string; limit: number; team_id?: number };

const addressOf = (token: string) => ({ token, path: `/api/incoming/${token}` });

/** Builds what finds incoming webhooks for those who manage them. */
const hookAccess = ({ store }: Pick<ServiceDeps, "store">) =>
  ownedAccess({
    get: store.get,
    type: "incoming_webhook",
    noun: "incoming webhook",
    seenBy: "maintainer",
    scope: "admin",
  });

/**
 * Returns the person whose rights an action has that `user` sets: of a personal webhook always its owner, so that an
 * admin who edits it does not give the owner the rights of an admin.
 */
const actsAs = (teamId: number, { user_id }: UserActor): number => (teamId < FIRST_TEAM ? teamId : user_id);

/**
 * Chooses the secret of a signature: the given one, or a new one where one is needed.
 *
 * @returns `made` is a secret that the caller has to be shown
 * @throws INVALID_INPUT  the secret does not fit the signature
 */
function chooseSecret(signature: IncomingWebhook["signature"], given: string | undefined) {
  if (signature === "none") {
    if (given !== undefined) throw invalid("secret", 'leave it out, or choose a signature other than "none"');
    return { secret: null, made: null };
  }
  if (given === undefined) {
    const made = newSigningSecret();
    return { secret: made, made };
  }
  if (!isSecretOf(signature, given))
    throw invalid("secret", 'must begin with "whsec_", followed by base64 of at least 24 bytes');
  return { secret: given, made: null };
}

/**
 * Returns the columns of a queue whose messages a webhook takes. Only admins name one: brokers stand in private networks.
 *
 * @throws FORBIDDEN; INVALID_INPUT the address
 */
function sourceColumns(actor: Actor, source: string | null, seal: (text: string) => string) {
  if (source === null) return { source: null, source_hint: null };
  asAdmin(actor, "admin");
  const address = parseBrokerAddress(source, "consume");
  if (!address) throw invalid("source", "must be an address of a message broker");
  return { source: seal(source), source_hint: address.hint };
}

function createReading(deps: ServiceDeps) {
  const access = hookAccess(deps);
  const { store, making } = deps;
  return {
    /** Lists the webhooks of the teams that the caller manages, newest first; for admins those of all. */
    async list(actor: Actor, { team_id, cursor, limit }: Range) {
      const user = asUser(actor);
      if (team_id !== undefined) demandTeam(actor, team_id, "maintainer", "read");
      const own = user.role === "admin" && user.limits === undefined ? undefined : teamsOf(user, "maintainer");
      const found = await store.page(team_id === undefined ? own : [team_id], { after: afterId(cursor), limit });
      const { items, next_cursor } = shownPage(found, toHook);
      const hooks = rowsOf(items);
      return { hooks, count: hooks.length, next_cursor };
    },

    /** @throws NOT_FOUND */
    async get(actor: Actor, id: string) {
      const { row } = await access.find(actor, id, "see");
      return { hook: toHook(row), deliveries: (await store.newest(id, DELIVERIES_SHOWN)).map(toDelivery) };
    },

    /** Shows what would be made of a request, and makes nothing. @throws NOT_FOUND */
    async test(actor: Actor, id: string, values: Values) {
      const { row } = await access.find(actor, id, "manage");
      try {
        const made = actionFrom(row, values);
        if (!made) return { outcome: "skipped" as const, reason: "Its condition does not apply", made: null };
        await making.check(row, made);
        return { outcome: "done" as const, reason: null, made };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { outcome: "failed" as const, reason: error.message, made: null };
      }
    },
  };
}

/** Builds the function that reads a webhook as people see it. */
const createShow = (deps: Pick<ServiceDeps, "store">) =>
  async function shown(id: string): Promise<IncomingWebhook> {
    const row = await deps.store.get(id);
    if (!row) throw hookAccess(deps).missing(id);
    return toHook(row);
  };

/** Builds the function that changes a webhook. */
function createUpdate(deps: ServiceDeps) {
  const access = hookAccess(deps);
  const { store, making, seal } = deps;
  const shown = createShow(deps);

  /** Returns the columns that a change sets, and a secret that was made for it. */
  async function columnsOf({ user, row }: { user: UserActor; row: NamedHook }, change: IncomingChange) {
    const { name, action, only_when, paused, secret: given, source } = change;
    const signature = change.signature ?? (row.signature as IncomingWebhook["signature"]);
    const isNewSecret = given !== undefined || signature !== row.signature;
    const { secret, made } = isNewSecret ? chooseSecret(signature, given) : { secret: undefined, made: null };
    if (action) await making.demandRights(user, row.team_id, action);
    const columns: HookColumns = {
      ...(name !== undefined && { name }),
      ...(isNewSecret && { signature, secret: secret === null ? null : seal(secret!) }),
      ...(action && { action: JSON.stringify(action), acts_as: actsAs(row.team_id, user), last_error: null }),
      ...(only_when !== undefined && { only_when: only_when && JSON.stringify(only_when) }),
      ...(paused !== undefined && { paused: Number(paused) }),
      ...(source !== undefined && { ...sourceColumns(user, source, seal), last_error: null }),
    };
    return { columns, made };
  }

  /**
   * Changes the given fields. A team's webhook has the rights of whoever set its action last.
   *
   * @param edited  the version on which the change is based
   * @throws NOT_FOUND; FORBIDDEN, INVALID_INPUT as `create`; CONFLICT another version is stored
   */
  return async function update(actor: Actor, id: string, change: IncomingChange, edited?: number) {
    const before = await access.find(actor, id, "manage");
    const { columns, made } = await columnsOf(before, change);
    const { secret: _secret, source, ...rest } = change;
    const fields = { ...rest, ...(source !== undefined && { source_hint: columns.source_hint }) };
    describeUpdate(access.asTarget(before.row).target, toHook(before.row), fields);
    describeAct({ team_id: before.row.team_id });
    if (await store.put(id, columns, edited)) return { hook: await shown(id), secret: made };
    const present = await shown(id);
    const { name, signature, source_hint, action, only_when, paused, version } = present;
    const value = { name, signature, source_hint, action, only_when, paused };
    throw staleUpdate("The incoming webhook", { version, value }, edited!, { ...value, ...fields });
  };
}

/** Builds the service of incoming webhooks for the people who manage them. */
export function createIncomingService(deps: ServiceDeps) {
  const { store, making, newToken, hash, seal, now, newId } = deps;
  const access = hookAccess(deps);
  const shown = createShow(deps);

  return {
    ...{ ...createReading(deps), update: createUpdate(deps) },

    /** @throws NOT_FOUND, FORBIDDEN the team or the bot; INVALID_INPUT the secret; CONFLICT too many */
    async create(actor: Actor, { team_id: requested, ...input }: IncomingInput) {
      const user = asUser(actor, "admin");
      const team_id = await owningTeam(actor, requested, "admin");
      const { name, signature, action, only_when } = input;
      const { secret, made } = chooseSecret(signature, input.secret);
      const source = sourceColumns(actor, input.source, seal);
      await making.demandRights(user, team_id, action);
      const [id, token] = [newId("inc"), newToken()];
      const row = {
        ...{ id, team_id, name, signature, token_hash: hash(token), secret: secret && seal(secret) },
        ...{ ...source, action: JSON.stringify(action), only_when: only_when && JSON.stringify(only_when) },
        ...{ acts_as: actsAs(team_id, user), created_by: user.user_id, created_at: now() },
      };
      const after = { name, signature, source_hint: source.source_hint, action, only_when };
      describeAct({ ...access.asTarget(row), after });
      const quota = await deps.quotas.of("incoming_webhooks", team_id);
      if (!(await store.add(row, quota.max))) throw await quota.reached(actor);
      return { hook: await shown(id), ...addressOf(token), secret: made };
    },

    /** Replaces the token. @throws NOT_FOUND */
    async rotate(actor: Actor, id: string) {
      const { row } = await access.find(actor, id, "manage");
      const token = newToken();
      describeAct({ ...access.asTarget(row), after: { address: "replaced" } });
      if (!(await store.put(id, { token_hash: hash(token) }))) throw access.missing(id);
      return { hook: await shown(id), ...addressOf(token) };
    },

    /** @throws NOT_FOUND */
    async remove(actor: Actor, id: string): Promise<void> {
      const { row } = await access.find(actor, id, "manage");
      const { name, action } = toHook(row);
      describeAct({ ...access.asTarget(row), before: { name, action } });
      await store.remove(id);
    },
  };
}
