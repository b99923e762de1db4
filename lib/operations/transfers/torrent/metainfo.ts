/** Parses a torrent or a magnet as untrusted input: names, sizes, and the addresses it would contact. */
import { createHash } from "node:crypto";
import { safeName } from "@/lib/operations/transfers/fetch/names";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";
import { type Bencoded, decode, type Encodable, encode } from "./bencode";

/** Most bytes of a .torrent file. */
export const TORRENT_BYTES = 10_485_760;
const FILES_MAX = 2_000;
const TRACKERS_MAX = 50;
const PATH_BYTES = 1_000;
/** A placeholder as long as the numbers that make equal names different. */
const DIGITS = "0000";

/** `path` is where a file lies below the transfer's folder, safe on a disk; null for padding (BEP 47). */
type TorrentFile = { path: string | null; bytes: number };
export type Torrent = {
  /** The original bytes: their digest identifies the torrent. */
  info: Buffer;
  name: string;
  /** True for a folder of files, false for a single file. */
  isFolder: boolean;
  files: TorrentFile[];
  size: number;
  trackers: string[];
  webSeeds: string[];
};
export type Magnet = { infoHash: string; name: string | undefined; trackers: string[] };

const wrong = (what: string) => new Hopeless("INVALID_INPUT", `The torrent cannot be used: ${what}`);
const textOf = (value: Bencoded | undefined) => (Buffer.isBuffer(value) ? value.toString("utf8") : undefined);
const listOf = (value: Bencoded | undefined) => (Array.isArray(value) ? value : []);

/**
 * @param asked what it is to be called, where somebody said so
 * @throws Hopeless it is no torrent, one of version 2 alone, or one whose names lead out of its folder
 */
export function readTorrent(bytes: Buffer, asked: string | null): Torrent {
  const spans = new Map<string, readonly [number, number]>();
  let whole: Bencoded;
  try {
    whole = decode(bytes, spans);
  } catch {
    throw wrong("it is not a .torrent file");
  }
  const info = whole instanceof Map ? whole.get("info") : undefined;
  if (!(whole instanceof Map) || !(info instanceof Map)) throw wrong("it is not a .torrent file");
  if (!Buffer.isBuffer(info.get("pieces"))) throw wrong("it is of version 2 alone, which aria2 does not know");
  const said = textOf(info.get("name.utf-8")) ?? textOf(info.get("name"));
  if (said === undefined) throw wrong("it has no name");
  within([said]);
  const name = safeName(asked ?? said);
  const isFolder = Array.isArray(info.get("files"));
  const files = isFolder ? filesOf(info, name) : [{ path: name, bytes: lengthOf(info) }];
  const lists = listOf(whole.get("announce-list")).flatMap(listOf);
  const seeds = whole.get("url-list");
  return {
    info: bytes.subarray(...spans.get("info")!),
    name,
    isFolder,
    files,
    size: files.reduce((sum, one) => sum + one.bytes, 0),
    trackers: texts([whole.get("announce"), ...lists]),
    webSeeds: texts(Buffer.isBuffer(seeds) ? [seeds] : listOf(seeds)),
  };
}

const texts = (values: (Bencoded | undefined)[]) =>
  [...new Set(values.flatMap((value) => textOf(value) ?? []))].slice(0, TRACKERS_MAX);

function lengthOf(file: Map<string, Bencoded>): number {
  const bytes = file.get("length");
  if (typeof bytes !== "number" || bytes < 0) throw wrong("a file has no length");
  return bytes;
}

/**
 * Refuses paths that lead out of the folder. aria2 would refuse them too, but this message is readable, and no server
 * has been contacted yet.
 */
function within(path: string[]): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (path.length === 0 || path.some((step) => step === "" || /^\.\.?$|[/\u0000-\u001f\u007f]/.test(step)))
    throw wrong("its names lead out of its folder");
}

/** Gives every file a path of its own below `top`. */
function filesOf(info: Map<string, Bencoded>, top: string): TorrentFile[] {
  const list = listOf(info.get("files"));
  if (list.length === 0) throw wrong("it has no files");
  if (list.length > FILES_MAX) throw wrong(`it has ${list.length} files; at most ${FILES_MAX} are taken`);
  const files = new Set<string>();
  const folders = new Set<string>();
  // The next free number of each shared name, so that each number is tried once, however many files share it.
  const spare = new Map<string, number>();
  const foldersOf = (steps: string[]) => steps.slice(0, -1).map((_, at) => steps.slice(0, at + 1).join("/"));
  return list.map((file) => {
    if (!(file instanceof Map)) throw wrong("it is not a .torrent file");
    const bytes = lengthOf(file);
    const said = stepsOf(file.get("path.utf-8")) ?? stepsOf(file.get("path")) ?? [];
    within(said);
    if (textOf(file.get("attr"))?.includes("p")) return { path: null, bytes };
    const clashes = (steps: string[]) => {
      const path = steps.join("/");
      return (
        Buffer.byteLength(path) > PATH_BYTES ||
        files.has(path) ||
        folders.has(path) ||
        foldersOf(steps).some((folder) => files.has(folder))
      );
    };
    let steps = [top, ...said.map(safeName)];
    // Equal names get a number: they differed only in characters that were removed, or the path is too long.
    const numbered = (n: number | string) => safeName(`${n} ${said.at(-1)}`);
    while (clashes(steps)) {
      const alike = numbered(DIGITS);
      const n = spare.get(alike) ?? 2;
      spare.set(alike, n + 1);
      steps = [top, numbered(n)];
    }
    files.add(steps.join("/"));
    for (const folder of foldersOf(steps)) folders.add(folder);
    return { path: steps.join("/"), bytes };
  });
}
const stepsOf = (value: Bencoded | undefined) =>
  Array.isArray(value) ? value.map((step) => textOf(step) ?? "") : undefined;

/** Writes the torrent for aria2: its own content, and only these addresses. */
export function writeTorrent(info: Buffer, trackers: readonly string[], webSeeds: readonly string[]): Buffer {
  const around: { [key: string]: Encodable } = {};
  if (trackers.length > 0) around["announce-list"] = trackers.map((one) => [one]);
  if (webSeeds.length > 0) around["url-list"] = [...webSeeds];
  return encode(around, { info });
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
function hexOf(base32: string): string {
  const bits = [...base32.toUpperCase()].map((one) => BASE32.indexOf(one).toString(2).padStart(5, "0")).join("");
  return bits.replace(/.{4}/g, (four) => Number.parseInt(four, 2).toString(16));
}

/**
 * Reads a magnet's info hash, name and trackers; ignores the rest. @throws Hopeless when it names no torrent of version
 * 1
 */
export function readMagnet(text: string): Magnet {
  const parameters = new URLSearchParams(text.slice(text.indexOf("?") + 1));
  const hash = parameters
    .getAll("xt")
    .map((one) => /^urn:btih:([0-9a-f]{40}|[a-z2-7]{32})$/i.exec(one)?.[1])
    .find(Boolean);
  if (!hash) throw new Hopeless("INVALID_INPUT", "url: the magnet names no torrent (xt=urn:btih:…)", { field: "url" });
  const trackers = [...parameters].filter(([key]) => /^tr(\.\d+)?$/.test(key)).map(([, value]) => value);
  return {
    infoHash: hash.length === 40 ? hash.toLowerCase() : hexOf(hash),
    name: parameters.get("dn")?.trim() || undefined,
    trackers: [...new Set(trackers)].slice(0, TRACKERS_MAX),
  };
}

export const magnetOf = ({ infoHash }: Magnet, trackers: readonly string[]): string =>
  `magnet:?xt=urn:btih:${infoHash}${trackers.map((one) => `&tr=${encodeURIComponent(one)}`).join("")}`;

export const infoHashOf = (info: Buffer): string => createHash("sha1").update(info).digest("hex");

/**
 * Returns an address that is safe to pass to aria2. It is written again, so that aria2 cannot read another host from it
 * than the one checked here. Undefined for other schemes, and for hosts that are not plain names.
 */
export function addressOf(text: string, schemes: readonly string[]): { host: string; href: string } | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search } = new URL(text);
  if (!schemes.includes(protocol) || !/^([a-z0-9_.-]+|\[[0-9a-f:.]+\])$/i.test(hostname)) return undefined;
  return { host: hostname, href: `${protocol}//${hostname}${port && `:${port}`}${pathname}${search}` };
}
