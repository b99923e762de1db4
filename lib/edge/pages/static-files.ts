/**
 * Serves the pages' static files from disk, as the build compressed them. Their names change with their content, so that
 * browsers keep them for ever.
 */
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, resolve, sep } from "node:path";
import { PLAIN_HEADERS } from "./headers";

const PREFIX = "/_next/static/";
/** Files at addresses of their own, whose content may change. */
const NAMED = new Map(
  ["icon.svg", "apple-icon.png", "manifest.webmanifest"].map((name) => [`/${name}`, `server/app/${name}.body`]),
);

const TYPES: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};
/** In order of preference: the name in the header, and the ending of the compressed file. */
const ENCODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

type Found = { file: string; encoding?: string; etag: string };

/** Returns the file of a path below `root`; undefined for a path that leads out of it or is not well-formed. */
export function fileOf(root: string, path: string): { file: string; isImmutable: boolean } | undefined {
  const named = NAMED.get(path);
  if (named) return { file: resolve(root, named), isImmutable: false };
  let name: string;
  try {
    name = decodeURIComponent(path.slice(PREFIX.length));
  } catch {
    return undefined;
  }
  if (name.includes("\0") || name.includes("\\")) return undefined;
  const folder = resolve(root, "static");
  const file = resolve(folder, name);
  return file.startsWith(folder + sep) ? { file, isImmutable: true } : undefined;
}

/** Returns whether a path is one of the static files, or would be if it existed. */
export const isStatic = (path: string): boolean => path.startsWith(PREFIX) || NAMED.has(path);

const accepts = (header: string, encoding: string) =>
  header.split(",").some((part) => {
    const [name, ...parameters] = part.trim().split(/\s*;\s*/);
    return name === encoding && !parameters.some((one) => /^q=0(\.0*)?$/.test(one));
  });

/** @param root the folder of the build */
export function createStaticFiles(root: string) {
  /** The files found on disk, by name. A build never changes a file without changing its name. */
  const known = new Map<string, Found | undefined>();

  async function look(file: string, encoding?: string, ending = ""): Promise<Found | undefined> {
    const key = file + ending;
    if (known.has(key)) return known.get(key);
    const stats = await stat(key).catch(() => undefined);
    if (!stats?.isFile()) {
      // Remember that an existing file has no compressed form, but not names that anybody may invent.
      if (ending) known.set(key, undefined);
      return undefined;
    }
    const found = {
      file: key,
      encoding,
      etag: `W/"${stats.size.toString(16)}-${Math.trunc(stats.mtimeMs).toString(16)}"`,
    };
    known.set(key, found);
    return found;
  }

  async function choose(file: string, accepted: string): Promise<Found | undefined> {
    const plain = await look(file);
    if (!plain) return undefined;
    for (const [encoding, ending] of ENCODINGS)
      if (accepts(accepted, encoding)) {
        const found = await look(file, encoding, ending);
        if (found) return found;
      }
    return plain;
  }

  /** Answers a request whose path `isStatic`. */
  return async function serve(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    for (const [name, value] of Object.entries(PLAIN_HEADERS)) res.setHeader(name, value);
    res.setHeader("vary", "accept-encoding");
    const place = fileOf(root, path);
    const found = place && (await choose(place.file, String(req.headers["accept-encoding"] ?? "")));
    if (!place || !found) return missing(res);
    const type = TYPES[place.isImmutable ? extname(place.file) : extname(path)];
    res.setHeader("content-type", type ?? "application/octet-stream");
    res.setHeader(
      "cache-control",
      place.isImmutable ? "public, max-age=31536000, immutable" : "public, max-age=0, must-revalidate",
    );
    res.setHeader("etag", found.etag);
    if (found.encoding) res.setHeader("content-encoding", found.encoding);
    if (req.headers["if-none-match"] === found.etag) return void res.writeHead(304).end();
    const body = await readFile(found.file).catch(() => undefined);
    if (!body) {
      // A later build in the same folder has removed it.
      known.delete(found.file);
      return missing(res);
    }
    res.setHeader("content-length", body.length);
    res.end(req.method === "HEAD" ? undefined : body);
  };
}

function missing(res: ServerResponse): void {
  for (const name of ["etag", "content-encoding", "content-type"]) res.removeHeader(name);
  res.writeHead(404, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end("Not found\n");
}
