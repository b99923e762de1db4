/** Sends entries of the audit log to their receiver. A function returns once the receiver has taken all of them. */
import { hostname } from "node:os";
import { iso } from "@/lib/core/clock";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { signedHeaders } from "@/lib/core/outbound/signed";
import { type StreamTarget, sendDatagrams, sendStream } from "@/lib/core/outbound/stream";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { framed, syslogMessage } from "./syslog";

/** An address as it is stored, sealed. */
export type Address = { url: string; ca?: string; secret?: string };
export type SendDeps = {
  outbound(url: string, options: OutboundRequest): Promise<OutboundReply>;
  now(): number;
};

const TIMEOUT_MS = 15_000;

/** Splits an address such as `udp://host:port`. */
export function targetOf({ url, ca }: Address): StreamTarget {
  const { protocol, hostname: host, port } = new URL(url);
  const name = protocol.slice(0, -1) as StreamTarget["protocol"];
  return { protocol: name, host: host.replace(/^\[|\]$/g, ""), port: Number(port), ca };
}

async function sendSyslog(address: Address, entries: readonly AuditEntry[]): Promise<void> {
  const target = targetOf(address);
  const messages = entries.map((entry) => syslogMessage(entry, hostname()));
  if (target.protocol === "udp")
    return sendDatagrams(
      target,
      messages.map((text) => Buffer.from(text)),
    );
  return sendStream(target, framed(messages), TIMEOUT_MS);
}

async function sendWebhook(
  { outbound, now }: SendDeps,
  address: Address,
  entries: readonly AuditEntry[],
): Promise<void> {
  const at = now();
  const body = JSON.stringify({ type: "audit.entries", timestamp: iso(at), data: { entries } });
  const [first, last] = [entries[0]!.seal!.position, entries.at(-1)!.seal!.position];
  // A repetition of the same entries has the same id.
  const id = `audit_${first}_${last}`;
  const { status } = await outbound(address.url, {
    ...{ method: "POST", body, timeoutMs: TIMEOUT_MS, maxBytes: 65_536, redirects: 3 },
    ...{ keepsMethod: true, keepsTls: true },
    headers: signedHeaders({ id, at, body }, [address.secret!]),
  });
  if (status < 200 || status > 299) throw new Error(`the receiver answered ${status}`);
}

export const send = (deps: SendDeps, address: Address, entries: readonly AuditEntry[]): Promise<void> =>
  address.secret === undefined ? sendSyslog(address, entries) : sendWebhook(deps, address, entries);
