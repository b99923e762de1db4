/** Rules of channels: whose they are, and that what is secret in their address is seen once at most. */
import { randomBytes } from "node:crypto";
import { type Actor, asAdmin, asUser, type UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { MailRoom } from "@/lib/core/mail";
import { staleUpdate } from "@/lib/core/versions";
import { seesAll } from "@/lib/identity/access";
import type { Alert, Severity } from "@/lib/operations/alerts/contract";
import { type AlertChannel, CHANNELS_MAX, type ChannelInput } from "./contract";
import type { Address } from "./formats";
import type { Sender } from "./sender";
import { type ChannelRow, type ChannelStore, toChannel } from "./store";
import type { ConsentStore } from "./store.consent";

type Deps = {
  store: ChannelStore;
  consent: ConsentStore;
  sender: Pick<Sender, "test"> & { wake(): void };
  seal(text: string): string;
  unseal(sealed: string): string;
  now(): number;
  hash(text: string): string;
  newToken(prefix: string): string;
  newId(prefix: string): string;
  mail: Pick<MailRoom["mail"], "enqueue" | "isVerified" | "status">;
  /** This server's address as people reach it, without a slash at the end. */
  publicUrl: string;
};

/** Test messages in an hour, for each channel and for each address: somebody else may read them. */
const TESTS_MAX = 6;

/** A chat's webhook URL is a secret by itself: its host is enough to know it by. */
function addressOf(input: ChannelInput): { address: Address; hint: string; secret?: string } {
  if (input.kind === "email") return { address: { email: input.address }, hint: input.address };
  if (input.kind === "telegram") {
    const { bot_token, chat_id } = input;
    return { address: { bot_token, chat_id }, hint: `chat ${chat_id}` };
  }
  const { host } = new URL(input.url);
  if (input.kind !== "webhook") return { address: { url: input.url }, hint: host };
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  return { address: { url: input.url, secret }, hint: host, secret };
}

/** The key that counts tests of an address. It leaves the query out: the same people read the messages whatever it says. */
function countedAs({ email, chat_id, url = "" }: Address): string {
  if (email) return email.toLowerCase();
  if (chat_id) return chat_id;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

export function createChannelService(deps: Deps) {
  const { store, consent, sender, seal, unseal, hash, newToken, now, newId, mail, publicUrl } = deps;

  /** @throws NOT_FOUND somebody else's, FORBIDDEN a global one without being an admin */
  async function mine(actor: Actor, id: string, scope: "read" | "operate" = "operate"): Promise<ChannelRow> {
    const user = asUser(actor, scope);
    const row = await store.get(id);
    if (!row || !(row.global === 1 ? seesAll(user) : row.owner_id === user.user_id))
      throw new AppError("NOT_FOUND", `No alert channel ${id}`);
    if (row.global === 1 && user.role !== "admin" && scope !== "read")
      throw new AppError("FORBIDDEN", "Only an admin can change the server's channels");
    return row;
  }

  function check(user: UserActor, input: ChannelInput): void {
    if (input.global) asAdmin(user);
    if (input.kind !== "email") return;
    if (mail.status().mode !== "smtp") throw invalid("kind", "this server sends no mail: set SMTP_URL");
    // Otherwise anybody could have this server write to anybody.
    if (user.role !== "admin" && input.address.toLowerCase() !== user.email.toLowerCase())
      throw invalid("address", "must be your account's own address");
  }

  /** The address gets a link first, unless it is a verified account's: otherwise anybody's mailbox could be named. */
  async function askToConfirm({ id, hint }: Pick<ChannelRow, "id" | "hint">): Promise<void> {
    const token = newToken("mc");
    await consent.setConfirmHash(id, hash(token));
    const link = `${publicUrl}/confirm-channel?token=${encodeURIComponent(token)}`;
    await mail.enqueue({
      ...{ kind: "confirmation", to: hint, subject: "Confirm that alerts may be sent to you" },
      text: `Someone wants to send alerts from ${publicUrl} to this address.\n\nOpen this link to receive them:\n\n${link}\n\nIf you do not want these alerts, ignore this message. You will not receive any.\n`,
    });
  }

  return {
    async list(actor: Actor): Promise<AlertChannel[]> {
      const user = asUser(actor);
      return (await store.list(user.user_id, seesAll(user))).map(toChannel);
    },

    /** @returns for a webhook also its secret, which is shown only once. @throws CONFLICT the caller has CHANNELS_MAX */
    async create(actor: Actor, input: ChannelInput): Promise<{ channel: AlertChannel; secret?: string }> {
      const user = asUser(actor, "operate");
      check(user, input);
      const { address, hint, secret } = addressOf(input);
      const row = {
        ...{ id: newId("chan"), owner_id: user.user_id, global: input.global ? 1 : 0, kind: input.kind },
        ...{ name: input.name, address: seal(JSON.stringify(address)), hint, min_severity: input.min_severity },
        created_at: now(),
        confirmed_at: input.kind === "email" && !(await mail.isVerified(input.address)) ? null : now(),
      };
      if (!(await store.add(row, CHANNELS_MAX)))
        throw new AppError(
          "CONFLICT",
          `You already have ${CHANNELS_MAX} channels, which is the limit: remove one first`,
        );
      if (row.confirmed_at === null) await askToConfirm(row);
      const made = {
        ...row,
        enabled: 1,
        version: 0,
        last_status: null,
        last_error: null,
        last_sent_at: null,
        paused_until: null,
      };
      return { channel: toChannel(made), ...(secret && { secret }) };
    },

    async get(actor: Actor, id: string): Promise<AlertChannel> {
      return toChannel(await mine(actor, id, "read"));
    },

    /**
     * Changes the fields sent.
     *
     * @param edited  the version they were edited from, if it must still be stored
     * @throws CONFLICT  another version is stored
     */
    async update(
      actor: Actor,
      id: string,
      change: { name?: string; enabled?: boolean; min_severity?: Severity },
      edited?: number,
    ): Promise<AlertChannel> {
      await mine(actor, id);
      const isStored = await store.put(id, change, edited);
      const channel = toChannel(await mine(actor, id));
      if (isStored) return channel;
      const { name, enabled, min_severity, version } = channel;
      const value = { name, enabled, min_severity };
      throw staleUpdate("The channel", { version, value }, edited!, { ...value, ...change });
    },

    async remove(actor: Actor, id: string): Promise<void> {
      await mine(actor, id);
      await store.remove(id);
    },

    /**
     * Sends at once; what comes of it is the answer, and stands on the channel. To an address that has not been confirmed
     * the confirmation link goes instead.
     *
     * @throws RATE_LIMITED after 6 within an hour to the channel or to its address
     */
    async test(actor: Actor, id: string): Promise<{ success: boolean; message: string }> {
      const row = await mine(actor, id);
      const address = hash(countedAs(readJson(unseal(row.address)) as Address));
      const next = await consent.countTest(id, address, now(), TESTS_MAX);
      if (next !== undefined)
        throw new AppError("RATE_LIMITED", "Rate limit exceeded", undefined, Math.ceil((next - now()) / 1000));
      if (row.kind !== "email" || row.confirmed_at !== null)
        return sender.test(row, sample(row, iso(now())), newId("msg"));
      await askToConfirm(row);
      return { success: false, message: `${row.hint} has not been confirmed: follow the link in the mail sent there` };
    },

    /** Somebody with the link from the mail agrees to get alerts there. @throws INVALID_INPUT the link is used or unknown */
    async confirm(token: string): Promise<void> {
      if (!(await consent.confirm(hash(token), now())))
        throw invalid("token", "this link is not valid any more; send a test message to get a new one");
    },

    async deliveries(actor: Actor, id: string) {
      await mine(actor, id, "read");
      return store.deliveries(id);
    },

    /** @throws NOT_FOUND; CONFLICT it has not failed, its alert is gone, or the channel is switched off */
    async retry(actor: Actor, id: string, deliveryId: string): Promise<void> {
      const row = await mine(actor, id);
      if (row.enabled !== 1) throw new AppError("CONFLICT", `${row.name} is turned off: turn it on first`);
      const queued = await store.retry(id, deliveryId, now());
      if (queued === undefined) throw new AppError("NOT_FOUND", `No message ${deliveryId} to this channel`);
      if (!queued) throw new AppError("CONFLICT", "You can only resend a failed message whose alert still exists");
      sender.wake();
    },
  };
}

const sample = (channel: ChannelRow, at: string): Alert => ({
  ...{ alert_id: "alert_test", level: "info", severity: "low", state: "resolved", source: "manual", rule_id: null },
  ...{ message: `${channel.name} hears of alerts`, source_name: "Muster", owner_id: null, count: 1, members: 0 },
  ...{
    open_members: 0,
    escalated: 0,
    timestamp: at,
    last_seen: at,
    snoozed_until: null,
    handled_by: null,
    resolved_at: at,
  },
});
