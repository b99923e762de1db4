/** Addresses of channels: their secrets, what people may see of them, and how test messages to them are counted. */
import { randomBytes } from "node:crypto";
import type { ChannelInput } from "./contract";
import type { Address } from "./formats";

/** A chat's webhook URL is a secret by itself: its host is enough to know it by. */
export function addressOf(input: ChannelInput): { address: Address; hint: string; secret?: string } {
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
export function countedAs({ email, chat_id, url = "" }: Address): string {
  if (email) return email.toLowerCase();
  if (chat_id) return chat_id;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
