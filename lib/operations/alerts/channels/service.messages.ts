/** Messages to a channel: their list, test messages, and retries by a person. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { Alert } from "@/lib/operations/alerts/contract";
import { countedAs } from "./address";
import type { AlertDelivery } from "./contract";
import type { Address } from "./formats";
import type { Sender } from "./sender";
import { accessibleChannel } from "./service.access";
import type { Consent } from "./service.consent";
import type { ChannelStore } from "./store";
import type { ConsentStore } from "./store.consent";
import type { ChannelRow } from "./store.rows";

export type MessageDeps = {
  store: Pick<ChannelStore, "get" | "deliveries" | "retry">;
  consent: Pick<ConsentStore, "countTest">;
  sender: Pick<Sender, "test"> & { wake(): void };
  unseal(sealed: string): string;
  now(): number;
  hash(text: string): string;
  newId(prefix: string): string;
};

/** The most test messages in an hour, per channel and per address: they may go to other people. */
const TESTS_MAX = 6;

export function createMessages(deps: MessageDeps, { askToConfirm }: Pick<Consent, "askToConfirm">) {
  const { store, consent, sender, unseal, now, hash, newId } = deps;

  /**
   * Sends a test message at once; its outcome is returned and stored on the channel. An address that is not confirmed
   * yet gets the confirmation link instead.
   *
   * @throws RATE_LIMITED after 6 within an hour to the channel or to its address
   */
  async function test(actor: Actor, id: string): Promise<{ success: boolean; message: string }> {
    const channel = await accessibleChannel(deps, actor, id);
    describeAct({ target: { type: "alert_channel", id, name: channel.name } });
    const address = hash(countedAs(readJson(unseal(channel.address)) as Address));
    const next = await consent.countTest(id, address, now(), TESTS_MAX);
    if (next !== undefined)
      throw new AppError("RATE_LIMITED", "Rate limit exceeded", undefined, Math.ceil((next - now()) / 1000));
    if (channel.kind !== "email" || channel.confirmed_at !== null)
      return sender.test(channel, sample(channel, iso(now())), newId("msg"));
    await askToConfirm(channel);
    return {
      success: false,
      message: `${channel.hint} has not been confirmed: follow the link in the mail sent there`,
    };
  }

  async function deliveries(actor: Actor, id: string): Promise<AlertDelivery[]> {
    await accessibleChannel(deps, actor, id, "read");
    return store.deliveries(id);
  }

  /** @throws NOT_FOUND; CONFLICT the message has not failed, its alert is gone, or the channel is switched off */
  async function retry(actor: Actor, id: string, deliveryId: string): Promise<void> {
    const channel = await accessibleChannel(deps, actor, id);
    if (channel.enabled !== 1) throw new AppError("CONFLICT", `${channel.name} is turned off: turn it on first`);
    const target = { type: "alert_channel", id, name: channel.name };
    describeAct({ target, after: { delivery: deliveryId } });
    const isQueued = await store.retry(id, deliveryId, now());
    if (isQueued === undefined) throw new AppError("NOT_FOUND", `No message ${deliveryId} to this channel`);
    if (!isQueued) throw new AppError("CONFLICT", "You can only resend a failed message whose alert still exists");
    sender.wake();
  }

  return { test, deliveries, retry };
}

const sample = (channel: ChannelRow, at: string): Alert => ({
  ...{ alert_id: "alert_test", level: "info", severity: "low", state: "resolved", source: "manual", rule_id: null },
  ...{
    message: `${channel.name} hears of alerts`,
    source_name: "Muster",
    owner_id: null,
    team_id: null,
    count: 1,
    members: 0,
  },
  ...{
    open_members: 0,
    escalated: 0,
    timestamp: at,
    last_seen: at,
    link: null,
    snoozed_until: null,
    handled_by: null,
    resolved_at: at,
  },
});
