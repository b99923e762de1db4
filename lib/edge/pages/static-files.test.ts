/** Static files: compressed forms, caching, and paths that lead elsewhere. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStaticFiles, fileOf, isStatic } from "./static-files";

const SCRIPT = "export const answer = 42;\n".repeat(40);
const root = mkdtempSync(join(tmpdir(), "muster-static-"));
let server: Server;
let origin: string;

beforeAll(async () => {
  mkdirSync(join(root, "static/chunks"), { recursive: true });
  mkdirSync(join(root, "server/app"), { recursive: true });
  writeFileSync(join(root, "BUILD_ID"), "not for anybody");
  writeFileSync(join(root, "server/app/icon.svg.body"), "<svg/>");
  writeFileSync(join(root, "server/app/manifest.webmanifest.body"), "{}");
  writeFileSync(join(root, "static/chunks/a.js"), SCRIPT);
  writeFileSync(join(root, "static/chunks/a.js.br"), brotliCompressSync(SCRIPT));
  writeFileSync(join(root, "static/chunks/a.js.gz"), gzipSync(SCRIPT));
  writeFileSync(join(root, "static/font.woff2"), "font");
  const serve = createStaticFiles(root);
  server = createServer((req, res) => void serve(req, res, req.url!));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(origin + path, { method, headers: { "accept-encoding": "identity", ...headers } });

describe("a file", () => {
  it.each([
    ["identity", null],
    ["gzip", "gzip"],
    ["gzip, deflate, br", "br"],
    ["br;q=0, gzip", "gzip"],
    ["", null],
  ])("is sent for %j as %s, with the same content", async (accepted, encoding) => {
    const reply = await get("/_next/static/chunks/a.js", { "accept-encoding": accepted });
    expect(reply.headers.get("content-encoding")).toBe(encoding);
    expect(reply.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(reply.headers.get("vary")).toBe("accept-encoding");
    expect(await reply.text()).toBe(SCRIPT);
  });

  it("may be kept for ever, and is compared by its ETag", async () => {
    const first = await get("/_next/static/chunks/a.js");
    expect(first.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const etag = first.headers.get("etag")!;
    const again = await get("/_next/static/chunks/a.js", { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = await get("/_next/static/chunks/a.js", { "if-none-match": etag, "accept-encoding": "br" });
    expect(other.status).toBe(200);
  });

  it("has a type, and no body for HEAD", async () => {
    const font = await get("/_next/static/font.woff2", { "accept-encoding": "br" });
    expect([font.headers.get("content-type"), font.headers.get("content-encoding")]).toEqual(["font/woff2", null]);
    const head = await get("/_next/static/chunks/a.js", {}, "HEAD");
    expect([head.headers.get("content-length"), await head.text()]).toEqual([String(SCRIPT.length), ""]);
  });

  it("with an address that does not change is asked for each time", async () => {
    const icon = await get("/icon.svg?x");
    expect(icon.status).toBe(404);
    const plain = await get("/icon.svg");
    expect([plain.status, await plain.text()]).toEqual([200, "<svg/>"]);
    expect(plain.headers.get("content-type")).toBe("image/svg+xml");
    expect(plain.headers.get("cache-control")).toContain("must-revalidate");
    const manifest = await get("/manifest.webmanifest");
    expect(manifest.headers.get("content-type")).toBe("application/manifest+json");
  });
});

describe("a path that leads elsewhere", () => {
  const PATHS = [
    "/_next/static/../BUILD_ID",
    "/_next/static/%2e%2e/BUILD_ID",
    "/_next/static/..%2fBUILD_ID",
    "/_next/static/chunks/..%5c..%5cBUILD_ID",
    "/_next/static//etc/passwd",
    "/_next/static/%00",
    "/_next/static/%zz",
    "/_next/static/",
    "/_next/static/.",
  ];

  it.each(PATHS)("names no file outside of the folder: %s", (path) => {
    const file = fileOf(root, path)?.file ?? join(root, "static/none");
    expect(file.startsWith(join(root, "static/"))).toBe(true);
  });

  it.each(PATHS.filter((path) => !path.includes("/..") && !path.includes("%2e")))("answers 404: %s", async (path) => {
    const reply = await get(path);
    expect([reply.status, await reply.text()]).toEqual([404, "Not found\n"]);
    expect(reply.headers.get("cache-control")).toBe("no-store");
  });

  it("belongs to the static files only below their prefix", () => {
    expect(["/_next/static/x", "/icon.svg", "/_next/image", "/dashboard", "/api/health"].map(isStatic)).toEqual([
      ...[true, true],
      ...[false, false, false],
    ]);
  });
});
