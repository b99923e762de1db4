/** Lets people manage channels. The secret parts of an address are shown once at most. */
import { type Actor, asAdmin, asUser, type UserActor } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { invalid } from "@/lib/core/errors";
import type { MailRoom } from "@/lib/core/mail";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { Quotas } from "@/lib/core/quotas";
import { staleUpdate } from "@/lib/core/versions";
import { owningTeam } from "@/lib/identity/teams";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import { listedOwners } from "@/lib/operations/alerts/service.owners";
import { addressOf } from "./address";
import type { AlertChannel, ChannelChange, ChannelInput, ChannelQuery } from "./contract";
import { accessibleChannel } from "./service.access";
import { type Consent, type ConsentDeps, createConsent } from "./service.consent";
import { createMessages, type MessageDeps } from "./service.messages";
import type { ChannelStore } from "./store";
import type { ConsentStore } from "./store.consent";
import { toChannel } from "./store.rows";

type Deps = Omit<ConsentDeps & MessageDeps, "store" | "consent" | "mail"> & {
  store: ChannelStore;
  quotas: Pick<Quotas, "of">;
  consent: ConsentStore;
  mail: Pick<MailRoom["mail"], "enqueue" | "isVerified" | "status">;
  seal(text: string): string;
};

export function createChannelService(deps: Deps) {
  const { askToConfirm, confirm } = createConsent(deps);
  return { ...createChannels(deps, { askToConfirm }), ...createMessages(deps, { askToConfirm }), confirm };
}

/** @throws INVALID_INPUT; FORBIDDEN the server's channels are admins' */
function check({ mail }: Pick<Deps, "mail">, user: UserActor, input: ChannelInput, teamId: number): void {
  if (input.global) asAdmin(user);
  if (input.global && input.team_id !== undefined) throw invalid("team_id", "leave it out of a channel of the server");
  if (input.kind !== "email") return;
  // An address would still receive the team's alerts after its owner has left. Inboxes and their mail follow the membership.
  if (teamId >= FIRST_TEAM && user.role !== "admin")
    throw invalid("kind", "members of a team choose mail for themselves; an admin can add a shared mailbox");
  if (mail.status().mode !== "smtp") throw invalid("kind", "this server sends no mail: set SMTP_URL");
  // Accept only the caller's own address; otherwise anyone could make this server send email to strangers.
  if (user.role !== "admin" && input.address.toLowerCase() !== user.email.toLowerCase())
    throw invalid("address", "must be your account's own address");
}

function createChannels(deps: Deps, { askToConfirm }: Pick<Consent, "askToConfirm">) {
  const { store, seal, now, newId, mail } = deps;

  /** Lists channels newest first. @throws NOT_FOUND a team in which the caller has no role */
  async function list(actor: Actor, { team_id, cursor, limit }: ChannelQuery) {
    const user = asUser(actor);
    const owners = listedOwners(user, team_id);
    const { items, next_cursor } = shownPage(await store.list(owners, { after: afterId(cursor), limit }), toChannel);
    return { channels: rowsOf(items), count: items.length, next_cursor };
  }

  /**
   * @returns for a webhook also its secret, which is shown only once
   * @throws CONFLICT the owner has as many as it may have; NOT_FOUND, FORBIDDEN as `owningTeam`
   */
  async function create(actor: Actor, input: ChannelInput): Promise<{ channel: AlertChannel; secret?: string }> {
    const user = asUser(actor, "operate");
    const team_id = await owningTeam(user, input.team_id, "operate");
    check(deps, user, input, team_id);
    const { address, hint, secret } = addressOf(input);
    const isConfirmed = input.kind !== "email" || (await mail.isVerified(input.address));
    const row = {
      ...{ id: newId("chan"), team_id, global: input.global ? 1 : 0, kind: input.kind },
      ...{ name: input.name, address: seal(JSON.stringify(address)), hint, min_severity: input.min_severity },
      ...{ created_at: now(), created_by: user.user_id, confirmed_at: isConfirmed ? now() : null },
    };
    const { kind, name, min_severity } = row;
    describeAct({ target: { type: "alert_channel", id: row.id, name }, after: { kind, name, min_severity, to: hint } });
    const quota = await deps.quotas.of("alert_channels", team_id);
    if (!(await store.add(row, quota.max))) throw await quota.reached(actor);
    if (!isConfirmed) await askToConfirm(row);
    const unused = { last_status: null, last_error: null, last_sent_at: null, paused_until: null };
    return { channel: toChannel({ ...row, enabled: 1, version: 0, ...unused }), ...(secret && { secret }) };
  }

  async function get(actor: Actor, id: string): Promise<AlertChannel> {
    return toChannel(await accessibleChannel(deps, actor, id, "read"));
  }

  /**
   * Changes the given fields.
   *
   * @param edited  the version on which the change is based; the change is refused if another version is stored
   * @throws CONFLICT  another version is stored
   */
  async function update(actor: Actor, id: string, change: ChannelChange, edited?: number): Promise<AlertChannel> {
    const before = toChannel(await accessibleChannel(deps, actor, id));
    describeUpdate({ type: "alert_channel", id, name: before.name }, before, change);
    const isStored = await store.put(id, change, edited);
    const channel = toChannel(await accessibleChannel(deps, actor, id));
    if (isStored) return channel;
    const { name, enabled, min_severity, version } = channel;
    const value: Required<ChannelChange> = { name, enabled, min_severity };
    throw staleUpdate("The channel", { version, value }, edited!, { ...value, ...change });
  }

  async function remove(actor: Actor, id: string): Promise<void> {
    const { kind, name, min_severity, hint } = await accessibleChannel(deps, actor, id);
    describeAct({ target: { type: "alert_channel", id, name }, before: { kind, name, min_severity, to: hint } });
    await store.remove(id);
  }

  return { list, create, get, update, remove };
}
