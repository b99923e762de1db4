/** Judges the addresses that outgoing connections may go to. lib/core/outbound/index.ts says which requests are judged. */
import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { env } from "@/lib/core/env";

const allowed = env.OUTBOUND_ALLOW_CIDRS.map((cidr) =>
  ipaddr.parseCIDR(cidr.includes("/") ? cidr : `${cidr}/${isIP(cidr) === 6 ? 128 : 32}`),
);

export class ForbiddenAddress extends Error {
  override readonly name = "ForbiddenAddress";
}

/**
 * Returns whether an outgoing connection may go to this address: only public unicast ones, and those in
 * OUTBOUND_ALLOW_CIDRS.
 */
export function mayConnect(address: string): boolean {
  if (!ipaddr.isValid(address.split("%")[0]!)) return false;
  // `process` unwraps IPv4 written as IPv6.
  const ip = ipaddr.process(address.split("%")[0]!);
  if (allowed.some(([net, bits]) => net.kind() === ip.kind() && ip.match([net, bits] as never))) return true;
  // Global unicast IPv6 is 2000::/3. Outdated ways of writing IPv4 as IPv6 lie outside of it, and no table lists them
  // all.
  return ip.range() === "unicast" && (ip.kind() === "ipv4" || (ip.toByteArray()[0]! & 0xe0) === 0x20);
}

export const refuse = (host: string) => new ForbiddenAddress(`${host} is not a public address`);

/**
 * Like dns.lookup, but fails when any of the answers is forbidden: a name with a public and a private answer is an
 * attack.
 */
export const guardedLookup: LookupFunction = (host, options, callback) =>
  lookup(host, { ...options, all: true }, (error, answers) => {
    if (error) return callback(error, "", 0);
    if (answers.length === 0 || answers.some(({ address }) => !mayConnect(address)))
      return callback(refuse(host), "", 0);
    if (options.all) return callback(null, answers);
    callback(null, answers[0]!.address, answers[0]!.family);
  });

/**
 * Returns why a host may not be contacted, judged by the addresses it resolves to now: null when it may, an Error when
 * it cannot be resolved.
 */
export async function objection(hostname: string, ms: number): Promise<Error | null> {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host)) return mayConnect(host) ? null : refuse(host);
  return new Promise((resolve) => {
    setTimeout(() => resolve(new Error("no answer in time")), ms).unref();
    guardedLookup(host, { all: true }, (error) => resolve(error));
  });
}

/**
 * Returns whether a host may be contacted, for connections that another program makes. A host that cannot be resolved
 * within `ms` may not.
 */
export const mayAsk = async (host: string, ms: number): Promise<boolean> => (await objection(host, ms)) === null;
