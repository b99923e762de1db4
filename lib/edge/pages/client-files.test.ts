/** The packages of the clients: list, files, names without a version, and paths that lead elsewhere. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createClientFiles, isClientFile } from "./client-files";

const root = mkdtempSync(join(tmpdir(), "muster-clients-"));
let server: Server;
let origin: string;

beforeAll(async () => {
  mkdirSync(join(root, "clients"));
  writeFileSync(join(root, "secret.tgz"), "not for anybody");
  for (const name of ["muster-client-0.2.0.tgz", "muster_client-0.2.0-py3-none-any.whl", ".stamp"])
    writeFileSync(join(root, "clients", name), name);
  const serve = createClientFiles(join(root, "clients"));
  const none = createClientFiles(join(root, "absent"));
  server = createServer((req, res) => void (req.headers["x-absent"] ? none : serve)(req, res, req.url!));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});
const get = (path: string, init?: RequestInit) => fetch(origin + path, { redirect: "manual", ...init });

it("lists the packages, and nothing else of the folder", async () => {
  const reply = await get("/clients/");
  expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  const links = [...(await reply.text()).matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
  expect(links.sort()).toEqual(["/clients/muster-client-0.2.0.tgz", "/clients/muster_client-0.2.0-py3-none-any.whl"]);
});

it.each([
  ["/clients/muster-client-0.2.0.tgz", "application/gzip"],
  ["/clients/muster_client-0.2.0-py3-none-any.whl", "application/zip"],
])("sends %s as %s", async (path, type) => {
  const reply = await get(path);
  expect([reply.status, reply.headers.get("content-type"), await reply.text()]).toEqual([200, type, path.slice(9)]);
  const head = await get(path, { method: "HEAD" });
  expect([head.headers.get("content-length"), await head.text()]).toEqual([String(path.length - 9), ""]);
});

it("redirects a name without a version to the package of this server", async () => {
  const reply = await get("/clients/muster-client.tgz");
  expect([reply.status, reply.headers.get("location")]).toEqual([302, "/clients/muster-client-0.2.0.tgz"]);
});

it.each(["/clients/muster-cli.tgz", "/clients/.stamp", "/clients/..%2fsecret.tgz", "/clients/x/../../secret.tgz"])(
  "answers 404 to %s",
  async (path) => expect((await get(path)).status).toBe(404),
);

it("answers 404 when the build has made no packages", async () => {
  expect((await get("/clients/", { headers: { "x-absent": "1" } })).status).toBe(404);
});

it("leaves other paths to others", () => {
  expect(["/clients", "/clients/", "/clients/a.tgz", "/client", "/clientsx"].map(isClientFile)).toEqual([
    ...[true, true, true],
    ...[false, false],
  ]);
});
