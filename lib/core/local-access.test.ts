import { describe, expect, it } from "vitest";
import { createLocalAccess } from "./local-access";

const OPEN = {
  OPEN_OPS_API: true,
  OPEN_API_CIDRS: ["192.168.1.0/24", "fd00::/8"],
  TRUST_PROXY: 0,
  PUBLIC_URL: undefined,
};
const access = createLocalAccess(OPEN);
const asked = (headers: Record<string, string | undefined> = {}, ip = "127.0.0.1") => {
  const all = { host: "127.0.0.1:8060", ...headers };
  return { ip, header: (name: string) => all[name as "host"], headerNames: () => Object.keys(all) };
};
const isOpen = (...args: Parameters<typeof asked>) => access.refusalOf(asked(...args)) === undefined;

describe("local access", () => {
  it("is for this machine and the listed networks", () => {
    for (const ip of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "192.168.1.7", "fd00::1"])
      expect([ip, isOpen({}, ip)]).toEqual([ip, true]);
    for (const ip of ["192.168.2.7", "10.0.0.1", "203.0.113.9", "2001:db8::1", "unknown", ""])
      expect([ip, isOpen({}, ip)]).toEqual([ip, false]);
  });

  it("is refused for every Host that DNS could point here", () => {
    for (const host of ["localhost", "localhost:8060", "LOCALHOST:1", "127.0.0.1", "[::1]:8060", "192.168.1.5:8060"])
      expect([host, isOpen({ host })]).toEqual([host, true]);
    for (const host of [
      "muster.example.org",
      "localhost.example.org",
      "127.0.0.1.nip.io:8060",
      "localhost.",
      "",
      "a b",
      undefined,
    ])
      expect([host, isOpen({ host })]).toEqual([host, false]);
  });

  it("is refused to pages of other sites", () => {
    const host = "localhost:8060";
    expect(isOpen({ host, origin: "http://localhost:8060", "sec-fetch-site": "same-origin" })).toBe(true);
    expect(isOpen({ host, "sec-fetch-site": "same-origin" })).toBe(true);
    for (const origin of [
      "null",
      "",
      "http://localhost:3000",
      "http://127.0.0.1:8060",
      "https://evil.example",
      "file://",
    ])
      expect([origin, isOpen({ host, origin })]).toEqual([origin, false]);
    for (const site of ["cross-site", "same-site", "none", ""])
      expect([site, isOpen({ host, "sec-fetch-site": site })]).toEqual([site, false]);
  });

  it("is refused behind a proxy", () => {
    for (const name of [
      ...["forwarded", "via", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"],
      ...["x-forwarded-port", "x-forwarded-anything", "x-client-ip", "x-cluster-client-ip", "x-envoy-peer-metadata"],
    ])
      expect([name, isOpen({ [name]: "" }), isOpen({ [name]: "127.0.0.1" })]).toEqual([name, false, false]);
  });

  it("is refused to downloads of this server, which people may point at itself", () => {
    for (const agent of ["Muster", "aria2/1.36.0"])
      expect([agent, isOpen({ "user-agent": agent })]).toEqual([agent, false]);
    expect(isOpen({ "user-agent": "curl/8.5.0" })).toBe(true);
  });

  it("is closed altogether with TRUST_PROXY or a PUBLIC_URL elsewhere, and says why", () => {
    for (const url of ["http://localhost:8060", "http://127.0.0.1", "http://[::1]:5000"])
      expect(createLocalAccess({ ...OPEN, PUBLIC_URL: url })).toMatchObject({ isOn: true, closed: undefined });
    for (const [settings, name] of [
      [{ PUBLIC_URL: "https://bots.example.org" }, "PUBLIC_URL"],
      [{ PUBLIC_URL: "http://192.168.1.5" }, "PUBLIC_URL"],
      [{ TRUST_PROXY: 1 }, "TRUST_PROXY"],
    ] as const) {
      const closed = createLocalAccess({ ...OPEN, ...settings });
      expect(closed).toMatchObject({ isOn: false, closed: expect.stringContaining(name) });
      expect(closed.refusalOf(asked())).toContain(name);
    }
    const off = createLocalAccess({ ...OPEN, OPEN_OPS_API: false });
    expect(off).toMatchObject({ isOn: false, closed: undefined });
    expect(off.refusalOf(asked())).toBeDefined();
  });
});
