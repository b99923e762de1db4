/**
 * Addresses of channels: their secrets, the hint that people see, and the key under which test messages are counted.
 */
import { newSigningSecret } from "@/lib/core/outbound/signed";
import type { ChannelInput } from "./contract";
import type { Address } from "./formats";

/** Splits a channel's address from its hint. A chat's webhook URL is itself a secret, so the hint is its host only. */
export function addressOf(input: ChannelInput): { address: Address; hint: string; secret?: string } {
  if (input.kind === "email") return { address: { email: input.address }, hint: input.address };
  if (input.kind === "telegram") {
    const { bot_token, chat_id } = input;
    return { address: { bot_token, chat_id }, hint: `chat ${chat_id}` };
  }
  const { host } = new URL(input.url);
  if (input.kind !== "webhook") return { address: { url: input.url }, hint: host };
  const secret = newSigningSecret();
  return { address: { url: input.url, secret }, hint: host, secret };
}

/**
 * Returns the key under which test messages to an address are counted. It leaves out the URL's query, because the
 * messages reach the same people with any query.
 */
export function countedAs({ email, chat_id, url = "" }: Address): string {
  if (email) return email.toLowerCase();
  if (chat_id) return chat_id;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
