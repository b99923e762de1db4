/** Networks that a credential may be used from, IPv4 and IPv6. */
import { BlockList, isIP } from "node:net";

/** An IPv4 address as some sockets write it, in the form of IPv6. */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/**
 * Returns a test for addresses within any of the ranges. A range is an address or a network such as 192.0.2.0/24;
 * nothing else may be passed.
 */
export function withinRanges(ranges: readonly string[]): (ip: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", bits] = range.split("/");
    const isSix = isIP(net) === 6;
    list.addSubnet(net, bits === undefined ? (isSix ? 128 : 32) : Number(bits), isSix ? "ipv6" : "ipv4");
  }
  return (ip) => {
    const address = ip.replace(MAPPED, "").split("%")[0]!;
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? "ipv6" : "ipv4");
  };
}
