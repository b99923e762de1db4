/** Requests to a file server during a download, and what its responses mean. */
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createUnzip } from "node:zlib";
import type { CookieJar } from "tough-cookie";
import { AppError } from "@/lib/core/errors";
import { nameOf } from "./names";
import { Broken, discard, Hopeless, type Opened, openUrl } from "./open";

/** A half-open range of the file: from ≤ byte < to. `at` is the next byte to write. */
export type Segment = { from: number; to: number | null; at: number };
export type FetchState = {
  /** ETag or Last-Modified of the file. Without one, every attempt starts from the first byte. */
  validator?: string;
  size?: number | null;
  segments?: Segment[];
  /** The number of requests made so far, and the most bytes that one attempt left for the next one. */
  requests?: number;
  best?: number;
  /** The server refuses a second connection. */
  isAlone?: boolean;
  /** The server ignores If-Range, so the validator of its response is compared here instead. */
  isBare?: boolean;
  /** The server does not support ranges. */
  isWhole?: boolean;
};
export type Asking = {
  url: string;
  state: FetchState;
  connections: number;
  maxBytes: number;
  cookies: CookieJar;
  signal: AbortSignal;
};
/** A response that is being read; `at` is the position in the file of its next byte. */
export type Flow = { url: URL; body: Readable; chunks: AsyncIterator<Buffer>; at: number; rest?: Buffer };

const SPLIT_BYTES = 16_777_216;
/** The number of requests a transfer may make, and the number of kept bytes that allows one more. */
const REQUESTS = 100;
const BYTES_PER_REQUEST = 262_144;
/** Status codes of servers that do not support the Range header, or refuse it. */
const RANGE_REFUSALS = new Set([400, 403, 405, 406, 412, 416, 501]);

/** The rest of the file is not available: the file changed, or the server does not support ranges. */
export class Changed extends Error {}

export const bytesIn = (state: FetchState): number =>
  (state.segments ?? []).reduce((sum, { from, at }) => sum + at - from, 0);

/** Returns the number of bytes on disk from which the next attempt can continue. */
export const survivingBytes = (state: FetchState): number => (state.validator ? bytesIn(state) : 0);

/** @throws Hopeless after more requests than a working server needs */
function ask({ url, state, cookies, signal }: Asking, headers: Record<string, string>): Promise<Opened> {
  const count = () => {
    state.requests = (state.requests ?? 0) + 1;
    state.best = Math.max(state.best ?? 0, survivingBytes(state));
    if (state.requests > REQUESTS + state.best / BYTES_PER_REQUEST)
      throw new Hopeless("BAD_GATEWAY", `The file did not arrive in ${state.requests - 1} requests`);
  };
  return openUrl({ url, headers, cookies, count, signal });
}

/**
 * Requests the whole file and plans the segments from the response. No Range header is sent, because some servers
 * refuse it but send the file without it.
 *
 * @throws AppError; earlier bytes are dropped only when the response is the file
 */
export async function begin(job: Asking): Promise<{ flow: Flow; name: string }> {
  const opened = await ask(job, {});
  try {
    accept(opened);
    const ranged = opened.status === 206 ? contentRange(opened) : undefined;
    if (opened.status === 206 && ranged?.from !== 0)
      throw new AppError("BAD_GATEWAY", `${opened.url.host} sent a different part of the file than requested`);
    const { name, body, isDecoded } = decode(opened);
    const length = Number(opened.header("content-length") ?? Number.NaN);
    const size = isDecoded ? null : ranged ? ranged.size : Number.isSafeInteger(length) ? length : null;
    if (size !== null && size > job.maxBytes) throw tooLarge(job.maxBytes);
    if (isDecoded || opened.header("accept-ranges") === "none") job.state.isWhole = true;
    plan(job, size, job.state.isWhole ? undefined : validatorOf(opened));
    return { flow: flowOf(opened, 0, body), name };
  } catch (error) {
    await discard(opened.body);
    throw error;
  }
}

function plan({ state, connections }: Asking, size: number | null, validator: string | undefined) {
  state.size = size;
  // Without ranges each attempt starts from the first byte, so no validator is needed.
  state.validator = size === null ? undefined : validator;
  const most = state.validator && size !== null ? Math.floor(size / SPLIT_BYTES) : 1;
  const count = Math.max(1, Math.min(connections, most));
  const share = size === null ? 0 : Math.ceil(size / count);
  state.segments = Array.from({ length: count }, (_, index) => ({
    from: index * share,
    to: size === null ? null : Math.min(size, (index + 1) * share),
    at: index * share,
  }));
}

/** Requests the rest of a segment. @throws Changed, AppError */
export async function resume(job: Asking, segment: Segment): Promise<Flow> {
  const { state } = job;
  const { validator, size } = state;
  if (!validator) throw new Changed();
  const range = `bytes=${segment.at}-${(segment.to ?? 0) - 1}`;
  let opened = await ask(job, { range, ...(!state.isBare && { "if-range": validator }) });
  const isSame = () => validatorOf(opened) === validator;
  // Some servers compare If-Range only with dates, or not at all: here they sent the same file as a whole.
  if (opened.status === 200 && !state.isBare && isSame()) {
    await discard(opened.body);
    state.isBare = true;
    opened = await ask(job, { range });
  }
  try {
    if (opened.status === 200) {
      if (isSame()) state.isWhole = true;
      throw new Changed();
    }
    if (RANGE_REFUSALS.has(opened.status)) throw new Changed();
    accept(opened);
    const got = contentRange(opened);
    if (got?.from !== segment.at || (got.size !== null && got.size !== size)) throw new Changed();
    if (validatorOf(opened) ? !isSame() : state.isBare) throw new Changed();
    return flowOf(opened, segment.at, opened.body);
  } catch (error) {
    await discard(opened.body);
    throw error;
  }
}

const flowOf = ({ url }: Opened, at: number, body: Readable): Flow => ({
  url,
  body,
  chunks: body[Symbol.asyncIterator](),
  at,
});

/**
 * Decodes a compressed response: some servers compress although no compression was accepted. A file whose own name says
 * that it is compressed stays as it is. A file that cannot be decoded keeps its bytes, and its name gets the ending of
 * the compression.
 */
function decode({ url, header, body }: Opened): { name: string; body: Readable; isDecoded: boolean } {
  const name = nameOf(url, header("content-disposition"));
  const encoding = (header("content-encoding") ?? "").trim().toLowerCase().replace(/^x-/, "");
  const ending = ENDINGS[encoding];
  const isArchive = /^application\/(x-)?(gzip|tgz|gunzip|gtar)/i.test(header("content-type") ?? "");
  if (!ending || ending.test(name) || (encoding === "gzip" && isArchive)) return { name, body, isDecoded: false };
  if (encoding === "zstd") return { name: `${name}.zst`, body, isDecoded: false };
  if (encoding === "compress") return { name: `${name}.Z`, body, isDecoded: false };
  const decoder = encoding === "br" ? createBrotliDecompress() : createUnzip();
  return { name, body: pipeline(body, decoder, () => {}), isDecoded: true };
}
const ENDINGS: Record<string, RegExp> = {
  gzip: /\.(gz|tgz|svgz|gzip|taz|emz|wmz)$/i,
  deflate: /\.zz$/i,
  br: /\.br$/i,
  zstd: /\.(zst|tzst)$/i,
  compress: /\.(Z|taz)$/i,
};

/** Returns a strong validator only: a weak ETag does not identify the exact bytes. */
function validatorOf(opened: Opened): string | undefined {
  const etag = opened.header("etag");
  return etag && !etag.startsWith("W/") ? etag : opened.header("last-modified");
}

function contentRange(opened: Opened): { from: number; size: number | null } | undefined {
  const found = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(opened.header("content-range") ?? "");
  return found ? { from: Number(found[1]), size: found[2] === "*" ? null : Number(found[2]) } : undefined;
}

/** @throws Hopeless, Broken */
function accept({ status, url }: Opened): void {
  if (status === 200 || status === 206) return;
  const message = `${url.host} answered ${status}`;
  if (status >= 500 || [408, 425, 429].includes(status)) throw new Broken("BAD_GATEWAY", message);
  throw new Hopeless("BAD_GATEWAY", message);
}

export const tooLarge = (max: number) =>
  new Hopeless("PAYLOAD_TOO_LARGE", `The file is larger than the ${max} bytes accepted here (TRANSFER_MAX_BYTES)`);
