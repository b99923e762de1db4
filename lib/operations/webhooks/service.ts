/** Lets maintainers of teams, and admins, manage webhooks. Secrets are shown once; addresses never. */
import type { z } from "zod";
import { type Actor, asAdmin, asUser, type UserActor } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { iso } from "@/lib/core/clock";
import { newSigningSecret } from "@/lib/core/outbound/signed";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { Quotas } from "@/lib/core/quotas";
import { staleUpdate } from "@/lib/core/versions";
import { type OwnedBot, teamsOf } from "@/lib/identity/access";
import { checkOwnedBots, demandTeam, ownedAccess, owningTeam } from "@/lib/identity/teams";
import type { createWebhook, Webhook, WebhookChange } from "./contract";
import type { WebhookStore } from "./store";
import { ENABLED, HOUR_MS, kindsOf, toWebhook, type WebhookColumns, type WebhookRow } from "./store.rows";

export type ServiceDeps = {
  store: WebhookStore;
  quotas: Pick<Quotas, "of">;
  bots: { getMany(actor: Actor, ids: string[]): Promise<ReadonlyMap<string, OwnedBot>> };
  /**
   * Refuses an address that must not or cannot be reached.
   *
   * @returns the address as people may see it @throws AppError INVALID_INPUT, FORBIDDEN
   */
  checkAddress(actor: Actor, url: string): Promise<string>;
  /** Makes every process read again what webhooks want. Resolves when this process has done so. */
  announceChange(): Promise<void>;
  seal(text: string): string;
  now(): number;
  newId(prefix: string): string;
};
type Input = z.output<typeof createWebhook.body>;
type Range = { cursor?: string; limit: number };

/** The hours whose figures are shown, the present one among them. */
const SHOWN_HOURS = 24;
/** @throws NOT_FOUND, FORBIDDEN unless the caller is a maintainer of the team, or an admin for the whole server */
const demandOwner = (actor: Actor, teamId: number | null, scope: "read" | "admin"): UserActor =>
  teamId === null ? asAdmin(actor, scope) : demandTeam(actor, teamId, "maintainer", scope);

/** Builds what finds webhooks for those who manage them. */
export const webhookAccess = ({ store }: Pick<ServiceDeps, "store">) =>
  ownedAccess({
    get: store.get,
    type: "webhook",
    noun: "webhook",
    seenBy: "maintainer",
    scope: "admin",
  });

/** Returns a function that shows webhooks with their figures of the last day. */
function createShow({ store, now }: Pick<ServiceDeps, "store" | "now">) {
  return async function show(rows: readonly WebhookRow[]): Promise<Webhook[]> {
    const first = Math.floor(now() / HOUR_MS) - SHOWN_HOURS + 1;
    const hours = await store.hoursOf(
      rows.map(({ id }) => id),
      first,
    );
    return rows.map((row) => toWebhook(row, now(), hours.get(row.id) ?? []));
  };
}

function createReading(deps: ServiceDeps) {
  const { store } = deps;
  const access = webhookAccess(deps);
  const show = createShow(deps);

  async function list(actor: Actor, { team_id, cursor, limit }: Range & { team_id?: number }) {
    const user = asUser(actor);
    if (team_id !== undefined) demandOwner(actor, team_id, "read");
    const isAdmin = user.role === "admin" && user.limits === undefined;
    const scope =
      team_id !== undefined
        ? { teams: [team_id], ofServer: false }
        : { teams: isAdmin ? undefined : teamsOf(user, "maintainer"), ofServer: isAdmin };
    const page = shownPage(await store.page(scope, { after: afterId(cursor), limit }), (row) => row);
    return { webhooks: await show(rowsOf(page.items)), next_cursor: page.next_cursor };
  }

  return {
    list,
    get: async (actor: Actor, id: string): Promise<Webhook> =>
      (await show([(await access.find(actor, id, "see")).row]))[0]!,
  };
}

function createRotation(deps: ServiceDeps) {
  const access = webhookAccess(deps);
  const { store, seal, now } = deps;
  return {
    /** Gives the webhook a new secret, which is shown only here. The old one signs too for `overlapHours`. */
    async rotate(actor: Actor, id: string, overlapHours: number): Promise<{ webhook: Webhook; secret: string }> {
      const { row: before } = await access.find(actor, id, "manage");
      const secret = newSigningSecret();
      const until = overlapHours === 0 ? null : now() + overlapHours * HOUR_MS;
      describeAct({ ...access.asTarget(before), after: { old_secret_until: until === null ? null : iso(until) } });
      const old = { old_secret: until === null ? null : before.secret, old_secret_until: until };
      const stored = await store.put(id, { secret: seal(secret), ...old });
      if (!stored) throw access.missing(id);
      return { webhook: (await createShow(deps)([stored]))[0]!, secret };
    },
  };
}

/** Returns the columns that a change sets. @throws INVALID_INPUT the address or a bot */
async function columnsOf(
  deps: Pick<ServiceDeps, "bots" | "checkAddress" | "seal">,
  actor: Actor,
  before: WebhookRow,
  change: WebhookChange,
): Promise<WebhookColumns> {
  const { name, kinds, bots, tag, url, paused } = change;
  if (bots) await checkOwnedBots(deps.bots, actor, before.team_id, bots);
  const hint = url === undefined ? undefined : await deps.checkAddress(actor, url);
  return {
    ...(name !== undefined && { name }),
    ...(kinds && { kinds: kinds.join(" ") }),
    ...(bots !== undefined && { bots: bots && JSON.stringify(bots) }),
    ...(tag !== undefined && { tag }),
    ...(url !== undefined && { address: deps.seal(url), hint, ...ENABLED }),
    ...(paused !== undefined && { paused: Number(paused), ...(!paused && ENABLED) }),
  };
}

/** Builds the service of webhooks for people. */
export function createWebhookService(deps: ServiceDeps) {
  const { store, seal, now, newId } = deps;
  const access = webhookAccess(deps);
  const show = createShow(deps);
  const shown = async (row: WebhookRow): Promise<Webhook> => (await show([row]))[0]!;

  /** @throws NOT_FOUND, FORBIDDEN as `owningTeam`; INVALID_INPUT the address or a bot; CONFLICT too many */
  async function create(actor: Actor, input: Input): Promise<{ webhook: Webhook; secret: string }> {
    const user = asUser(actor);
    if (input.team_id === null) asAdmin(actor, "admin");
    const team_id = input.team_id === null ? null : await owningTeam(actor, input.team_id, "admin");
    const { name, kinds, bots = null, tag = null, url } = input;
    if (bots) await checkOwnedBots(deps.bots, actor, team_id, bots);
    const hint = await deps.checkAddress(actor, url);
    const secret = newSigningSecret();
    const row = {
      ...{ id: newId("hook"), team_id, name, kinds: kinds.join(" "), bots: bots && JSON.stringify(bots), tag },
      ...{ hint, address: seal(url), secret: seal(secret), created_by: user.user_id, created_at: now() },
    };
    describeAct({ ...access.asTarget(row), after: { name, kinds, bots, tag, to: hint } });
    const quota = await deps.quotas.of("webhooks", team_id);
    const stored = await store.add(row, quota.max);
    if (!stored) throw await quota.reached(actor);
    await deps.announceChange();
    return { webhook: await shown(stored), secret };
  }

  /**
   * Changes the given fields. @param edited the version on which the change is based
   *
   * @throws NOT_FOUND; INVALID_INPUT as `create`; CONFLICT another version is stored
   */
  async function update(actor: Actor, id: string, change: WebhookChange, edited?: number): Promise<Webhook> {
    const { row: before } = await access.find(actor, id, "manage");
    const columns = await columnsOf(deps, actor, before, change);
    const { target } = access.asTarget(before);
    describeUpdate(
      target,
      { ...toWebhook(before, now(), []), url: before.hint },
      { ...change, ...(change.url && { url: columns.hint }) },
    );
    describeAct({ team_id: before.team_id });
    const stored = await store.put(id, columns, edited);
    if (stored) {
      await deps.announceChange();
      return shown(stored);
    }
    const { row: present } = await access.find(actor, id, "manage");
    const { name, paused, kinds, bots, tag } = toWebhook(present, now(), []);
    const value = { name, paused, kinds, bots, tag };
    const { url: _url, ...yours } = change;
    throw staleUpdate("The webhook", { version: present.version, value }, edited!, { ...value, ...yours });
  }

  return {
    ...{ ...createReading(deps), ...createRotation(deps), create, update },

    async remove(actor: Actor, id: string): Promise<void> {
      const { row: before } = await access.find(actor, id, "manage");
      describeAct({
        ...access.asTarget(before),
        before: { name: before.name, kinds: kindsOf(before), to: before.hint },
      });
      await store.remove(id);
      await deps.announceChange();
    },
  };
}
