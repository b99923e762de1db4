/** Where outgoing requests may not go, by every spelling an address has. */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CERTIFICATE, CERTIFICATE_KEY } from "@/tests/certificate";
import { mayConnect } from "./guard";
import { outbound } from "./index";

const FORBIDDEN = [
  "127.0.0.1",
  "127.1",
  "127.255.255.254",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "0177.0.0.1",
  "017700000001",
  "0.0.0.0",
  "0",
  "10.0.0.1",
  "10.255.255.255",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "192.168.255.255",
  "100.64.0.1",
  "100.127.255.254",
  "169.254.169.254",
  "169.254.0.1",
  "0xa9fea9fe",
  "2852039166",
  "192.0.0.1",
  "192.0.2.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:10.0.0.1]",
  "[::ffff:a9fe:a9fe]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b::a00:1]",
  "[2002:7f00:1::]",
  "[2002:a00:1::]",
  "[2001::1]",
  "[2001:db8::1]",
  "[fc00::1]",
  "[fd00::1]",
  "[fdff::1]",
  "[fe80::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[ff0e::1]",
  "[100::1]",
  "localhost",
  "localhost.",
  "LOCALHOST",
  "ip6-localhost",
  "1.0.0.127.nip.invalid",
  "127.0.0.1.",
  "①②⑦.⓪.⓪.①",
  "%31%32%37.0.0.1",
];

let server: Server;
let port = 0;
let hits = 0;
beforeAll(async () => {
  server = createServer((req, res) => {
    hits++;
    if (req.url === "/away") res.writeHead(302, { location: `http://127.0.0.1:${port}/inside` });
    const moved = /^\/moved\?(\d+)$/.exec(req.url ?? "");
    if (moved) res.writeHead(Number(moved[1]), { location: `http://127.0.0.1:${port}/inside` });
    if (req.url === "/big") res.write("x".repeat(2_000_000));
    if (req.url !== "/never") res.end("hello");
  });
  await new Promise<void>((done) => server.listen(0, () => done()));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("an address somebody typed in", () => {
  it.each(FORBIDDEN)("http://%s is not reached", async (host) => {
    const before = hits;
    await expect(outbound(`http://${host}:${port}/`, { timeoutMs: 5_000 })).rejects.toMatchObject({ name: "AppError" });
    expect(hits).toBe(before);
  });

  it.each(["file:///etc/passwd", "ftp://example.org/", "gopher://example.org", "not a url", "//example.org"])(
    "%s is refused",
    (url) => expect(outbound(url)).rejects.toMatchObject({ code: "INVALID_INPUT" }),
  );

  it("public addresses pass", () => {
    for (const address of ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])
      expect(mayConnect(address)).toBe(true);
  });
});

describe("an address of the operator's", () => {
  it("is reached", async () => {
    const reply = await outbound(`http://127.0.0.1:${port}/`, { trusted: true });
    expect(reply).toMatchObject({ status: 200, body: Buffer.from("hello") });
  });

  it("may not send us further inside", () =>
    expect(outbound(`http://127.0.0.1:${port}/away`, { trusted: true })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    }));

  it("may not answer more than asked for", () =>
    expect(outbound(`http://127.0.0.1:${port}/big`, { trusted: true })).rejects.toMatchObject({ code: "BAD_GATEWAY" }));

  it("may not keep us waiting", () =>
    expect(outbound(`http://127.0.0.1:${port}/never`, { trusted: true, timeoutMs: 100 })).rejects.toMatchObject({
      code: "GATEWAY_TIMEOUT",
    }));

  it("is sent the message again by 307 and 308 alone when method and body must be kept", async () => {
    const send = (path: string) =>
      outbound(`http://127.0.0.1:${port}${path}`, { trusted: true, method: "POST", body: "x", keepsMethod: true });
    expect((await send("/moved?301")).status).toBe(301);
    expect((await send("/moved?303")).status).toBe(303);
    // Followed, and judged like any other address.
    await expect(send("/moved?308")).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(send("/moved?307")).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("is BAD_GATEWAY when nobody listens", () =>
    expect(outbound("http://127.0.0.1:1/", { trusted: true })).rejects.toMatchObject({ code: "BAD_GATEWAY" }));
});

it("follows no redirect from https to http where the body must not be read by others", async () => {
  const before = getCACertificates("default");
  setDefaultCACertificates([CERTIFICATE]);
  const secure = createTlsServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (_, res) =>
    res.writeHead(307, { location: "http://example.org/audit" }).end(),
  );
  await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
  const { port } = secure.address() as AddressInfo;
  const options = { method: "POST", body: "{}", trusted: true, keepsMethod: true, keepsTls: true } as const;
  await expect(outbound(`https://localhost:${port}/`, options)).rejects.toMatchObject({
    ...{ code: "BAD_GATEWAY", message: `localhost:${port} redirects to an address without https` },
  });
  secure.close();
  secure.closeAllConnections();
  setDefaultCACertificates(before);
});
