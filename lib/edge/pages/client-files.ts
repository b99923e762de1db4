/**
 * Serves the packages of the clients that the build wrote, and a list of them at /clients/. The packages are not on npm or
 * PyPI: people install them from their own server, in the version that fits it.
 */
import { readdir, readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { PLAIN_HEADERS } from "./headers";

const PREFIX = "/clients/";
const PACKAGE = /\.(tgz|whl)$/;
/** Names without a version, for instructions that hold for every version. pip accepts no wheel without one. */
const ALIASES = new Map([
  ["muster-client.tgz", /^muster-client-\d.*\.tgz$/],
  ["muster-cli.tgz", /^muster-cli-\d.*\.tgz$/],
]);

/** Returns whether a path is one of the packages, or would be if it existed. */
export const isClientFile = (path: string): boolean => path === "/clients" || path.startsWith(PREFIX);

/** The list as people read it and as `pip install --find-links` does. The names are those of our own build. */
const listOf = (names: string[]) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Clients of Muster</title><h1>Clients of Muster</h1><ul>${names
    .map((name) => `<li><a href="${PREFIX}${name}">${name}</a></li>`)
    .join("")}</ul></html>\n`;

/** @param folder the folder of the packages; a server that was built without them answers 404 */
export function createClientFiles(folder: string) {
  /** Answers a request whose path `isClientFile`. */
  return async function serve(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    for (const [name, value] of Object.entries(PLAIN_HEADERS)) res.setHeader(name, value);
    const send = (status: number, type: string, body: string | Buffer) => {
      const headers = { "content-type": type, "content-length": Buffer.byteLength(body), "cache-control": "no-cache" };
      res.writeHead(status, headers).end(req.method === "HEAD" ? undefined : body);
    };
    const names = (await readdir(folder).catch(() => [])).filter((name) => PACKAGE.test(name));
    const wanted = path.slice(PREFIX.length);
    if (wanted === "" && names.length > 0) return send(200, "text/html; charset=utf-8", listOf(names));
    const versioned = ALIASES.get(wanted);
    const actual = versioned && names.find((name) => versioned.test(name));
    if (actual) return void res.writeHead(302, { location: PREFIX + actual, "cache-control": "no-cache" }).end();
    // Only names that the folder holds are read, so that no path leads out of it.
    const found = names.includes(wanted) && (await readFile(join(folder, wanted)).catch(() => undefined));
    if (found) send(200, wanted.endsWith(".tgz") ? "application/gzip" : "application/zip", found);
    else send(404, "text/plain; charset=utf-8", "Not found\n");
  };
}
