import { describe, expect, it } from "vitest";
import { readCookie, sessionCookie } from "@/lib/edge/http/cookies";
import { bounded } from "./bytes";
import { peer } from "./incoming";

const headers = (all: Record<string, string>) => (name: string) => all[name];

describe("the peer", () => {
  const socket = { remoteAddress: "::ffff:10.0.0.1" };
  const forged = headers({ "x-forwarded-for": "1.1.1.1, 2.2.2.2", "x-forwarded-proto": "https" });

  it("is the connection's, whatever headers say, without a trusted proxy", () => {
    expect(peer(socket, forged, 0)).toEqual({ ip: "10.0.0.1", secure: false });
  });

  it("is as many hops away as proxies are trusted", () => {
    expect(peer(socket, forged, 1)).toEqual({ ip: "2.2.2.2", secure: true });
    expect(peer(socket, forged, 2)).toEqual({ ip: "1.1.1.1", secure: true });
    expect(peer(socket, forged, 9)).toEqual({ ip: "1.1.1.1", secure: true });
    expect(peer(socket, headers({}), 1)).toEqual({ ip: "10.0.0.1", secure: false });
  });

  it.each([
    ["1.1.1.1, unknown", "10.0.0.1"],
    ["1.1.1.1, _hidden", "10.0.0.1"],
    ["1.1.1.1, <script>", "10.0.0.1"],
    ["1.1.1.1, ", "10.0.0.1"],
    ["1.1.1.1, 2.2.2.2:443", "2.2.2.2"],
    ["1.1.1.1, [2001:db8::1]:443", "2001:db8::1"],
    ["1.1.1.1, ::ffff:2.2.2.2", "2.2.2.2"],
  ])("takes an address from X-Forwarded-For and nothing else: %s", (forwarded, ip) => {
    expect(peer(socket, headers({ "x-forwarded-for": forwarded }), 1).ip).toBe(ip);
  });
});

describe("cookies", () => {
  it.each([
    ["session_token=abc", "abc"],
    ["a=1; session_token=abc; b=2", "abc"],
    ["xsession_token=no;session_token=a=b", "a=b"],
    ["session_token=", undefined],
    ["session_token", undefined],
    [undefined, undefined],
  ])("are read from %s", (header, value) => expect(readCookie(header, "session_token")).toBe(value));

  it("are out of reach of scripts and other sites, and secure behind TLS", () => {
    expect(sessionCookie("x", true)).toBe("session_token=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure");
    expect(sessionCookie("", false)).toContain("Max-Age=0");
  });
});

describe("a body", () => {
  it("is refused while it is still arriving, not after", async () => {
    let pulled = 0;
    async function* endless() {
      for (;;) {
        pulled++;
        yield new Uint8Array(1000);
      }
    }
    const read = async () => {
      for await (const _ of bounded(endless(), 5000, 1000));
    };
    await expect(read()).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    expect(pulled).toBeLessThan(20);
  });
});
