/**
 * One attempt to bring a file onto the disk. What is there already is kept: the state says which bytes, and the server is
 * asked for the others on the condition that the file is still the same (If-Range). Large files come by several
 * connections where the server gives ranges. Nothing is held in memory but the chunks under way.
 */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError, isDiskFull } from "@/lib/errors";
import { nameOf } from "./names";
import { brokenOff, discard, Hopeless, type Opened, openUrl } from "./open";
import type { Throttle } from "./throttle";

/** Half-open: from ≤ byte < to; `at` is the next one to write. */
type Segment = { from: number; to: number | null; at: number };
export type FetchState = { validator?: string; size?: number | null; segments?: Segment[] };

export type Fetch = {
  url: string;
  file: string;
  /** Changed as bytes arrive; writing it down is the caller's. */
  state: FetchState;
  connections: number;
  maxBytes: number;
  signal: AbortSignal;
  throttle: Throttle;
  /** `bytes` more are needed. @throws AppError when the disk has no room for them */
  room(bytes: number): Promise<void>;
  /** Size and name are known. */
  known(about: { size: number | null; name: string }): void;
  /** Connections at work. */
  working(connections: number): void;
};

const SPLIT_BYTES = 16_777_216;
/** Bytes between two looks at the disk. */
const LOOK_BYTES = 67_108_864;

/** The file is no longer the one that was begun. */
class Changed extends Error {}

export const bytesIn = (state: FetchState): number =>
  (state.segments ?? []).reduce((sum, { from, at }) => sum + at - from, 0);

/**
 * Resolves with the file's size when every byte is written.
 *
 * @throws Hopeless what another attempt would not change; AppError what it might; the signal's reason when aborted
 */
export async function fetchFile(job: Fetch): Promise<number> {
  await mkdir(dirname(job.file), { recursive: true, mode: 0o700 });
  for (let changes = 0; ; changes++) {
    const begun = Boolean(job.state.segments && job.state.validator);
    const handle = await open(job.file, begun ? "r+" : "w+", 0o600).catch(() => {
      forget(job.state);
      return open(job.file, "w+", 0o600);
    });
    try {
      const size = await fill(job, handle);
      await handle.datasync();
      return size;
    } catch (error) {
      if (!(error instanceof Changed)) throw inWords(error);
      if (changes >= 2) throw new AppError("BAD_GATEWAY", "The file keeps changing while it is fetched");
      forget(job.state);
    } finally {
      await handle.close();
    }
  }
}

function forget(state: FetchState) {
  delete state.validator;
  delete state.segments;
  delete state.size;
}

async function fill(job: Fetch, handle: FileHandle): Promise<number> {
  const { state } = job;
  let first: Opened | undefined;
  if (!state.segments || !state.validator) {
    forget(state);
    first = await begin(job);
  } else await job.room((state.size ?? 0) - bytesIn(state));
  const segments = state.segments!;
  const ended = new AbortController();
  const signal = AbortSignal.any([job.signal, ended.signal]);
  const open = segments.filter((segment) => segment.to === null || segment.at < segment.to);
  let working = 0;

  /** Takes one unfinished segment after the other. `extra`: when the server wants no more connections, the others go on. */
  async function work(extra: boolean) {
    job.working(++working);
    try {
      for (let segment = open.shift(); segment; segment = open.shift()) {
        const given = first;
        first = undefined;
        try {
          await bring({ ...job, signal }, handle, segment, given, ended.signal);
        } catch (error) {
          if (!extra || !(error instanceof Refused) || working <= 1) throw error;
          open.push(segment);
          return;
        }
      }
    } catch (error) {
      ended.abort();
      throw error;
    } finally {
      job.working(--working);
    }
  }
  const workers = Math.max(1, Math.min(job.connections, open.length));
  const results = await Promise.allSettled(Array.from({ length: workers }, (_, index) => work(index > 0)));
  // Of a file without bytes nothing is read.
  if (first) await discard(first.body);
  job.signal.throwIfAborted();
  const failures = results.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  const told = failures.find((error) => error instanceof Changed) ?? failures.find((error) => !isAbort(error));
  if (told ?? failures[0]) throw told ?? failures[0];
  const size = bytesIn(state);
  if (typeof state.size === "number" && size !== state.size)
    throw new AppError("BAD_GATEWAY", "The server ended before the whole file was there");
  await handle.truncate(size);
  return size;
}

class Refused extends AppError {}
const isAbort = (error: unknown) => (error as Error)?.name === "AbortError";

/** Asks for all of it, and plans by what the answer says. */
async function begin(job: Fetch): Promise<Opened> {
  const opened = await openUrl(job.url, { range: "bytes=0-" }, job.signal);
  try {
    const ranged = opened.status === 206 ? contentRange(opened) : undefined;
    // A file of no bytes has no range that could be given.
    const empty = opened.status === 416 && /^bytes \*\/0$/.test(opened.header("content-range") ?? "");
    if (!empty) accept(opened);
    if (opened.status === 206 && ranged?.from !== 0)
      throw new AppError("BAD_GATEWAY", `${opened.url.host} sent another part of the file than was asked for`);
    const length = Number(opened.header("content-length") ?? Number.NaN);
    const size = empty ? 0 : ranged ? ranged.size : Number.isSafeInteger(length) ? length : null;
    if (size !== null && size > job.maxBytes) throw tooLarge(job.maxBytes);
    const { state } = job;
    state.size = size;
    // Without ranges it starts anew each time, and nothing needs to be recognised again.
    state.validator = ranged && size !== null ? validatorOf(opened) : undefined;
    const count =
      state.validator && size !== null ? Math.max(1, Math.min(job.connections, Math.floor(size / SPLIT_BYTES))) : 1;
    const share = size === null ? 0 : Math.ceil(size / count);
    state.segments = Array.from({ length: count }, (_, index) => ({
      from: index * share,
      to: size === null ? null : Math.min(size, (index + 1) * share),
      at: index * share,
    }));
    job.known({ size, name: nameOf(opened.url, opened.header("content-disposition")) });
    await job.room(size ?? 0);
    return opened;
  } catch (error) {
    await discard(opened.body);
    throw error;
  }
}

/** Writes one segment. `given` is an answer that starts where it starts. */
async function bring(job: Fetch, handle: FileHandle, segment: Segment, given: Opened | undefined, ended: AbortSignal) {
  let opened = given;
  while (segment.to === null || segment.at < segment.to) {
    const before = segment.at;
    opened ??= await again(job, segment);
    try {
      await pour(job, handle, segment, opened);
    } catch (error) {
      if (
        job.signal.aborted ||
        ended.aborted ||
        error instanceof AppError ||
        (error as NodeJS.ErrnoException).syscall === "write"
      )
        throw error;
      throw brokenOff(error, opened.url);
    } finally {
      await discard(opened.body);
    }
    if (segment.to === null) segment.to = segment.at;
    if (segment.at === before && segment.at < segment.to)
      throw new AppError("BAD_GATEWAY", `${opened.url.host} ended before the whole file was there`);
    opened = undefined;
  }
  if (opened) await discard(opened.body);
}

/** The rest of a segment. @throws Changed */
async function again(job: Fetch, segment: Segment): Promise<Opened> {
  const { validator, size } = job.state;
  if (!validator) throw new Changed();
  const range = `bytes=${segment.at}-${(segment.to ?? 0) - 1}`;
  const opened = await openUrl(job.url, { range, "if-range": validator }, job.signal);
  try {
    if (opened.status === 200 || opened.status === 416) throw new Changed();
    accept(opened);
    const got = contentRange(opened);
    if (got?.from !== segment.at || (got.size !== null && got.size !== size)) throw new Changed();
    const now = validatorOf(opened);
    if (now && now !== validator) throw new Changed();
    return opened;
  } catch (error) {
    await discard(opened.body);
    throw error;
  }
}

async function pour(job: Fetch, handle: FileHandle, segment: Segment, { body }: Opened) {
  let looked = segment.at;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const part = segment.to === null ? chunk : chunk.subarray(0, segment.to - segment.at);
    let done = 0;
    while (done < part.length)
      done += (await handle.write(part, done, part.length - done, segment.at + done)).bytesWritten;
    segment.at += part.length;
    await job.throttle(part.length, job.signal);
    job.signal.throwIfAborted();
    if (segment.at > job.maxBytes) throw tooLarge(job.maxBytes);
    if (segment.at - looked >= LOOK_BYTES) {
      looked = segment.at;
      await job.room(0);
    }
    if (segment.to !== null && segment.at >= segment.to) return;
  }
}

/** Strong ones only: a weak ETag says nothing about bytes. */
function validatorOf(opened: Opened): string | undefined {
  const etag = opened.header("etag");
  return etag && !etag.startsWith("W/") ? etag : opened.header("last-modified");
}

function contentRange(opened: Opened): { from: number; size: number | null } | undefined {
  const found = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(opened.header("content-range") ?? "");
  return found ? { from: Number(found[1]), size: found[2] === "*" ? null : Number(found[2]) } : undefined;
}

/** @throws Hopeless, Refused */
function accept({ status, url }: Opened): void {
  if (status === 200 || status === 206) return;
  const message = `${url.host} answered ${status}`;
  if (status >= 500 || [408, 425, 429].includes(status)) throw new Refused("BAD_GATEWAY", message);
  throw new Hopeless("BAD_GATEWAY", message);
}

const tooLarge = (max: number) =>
  new Hopeless("PAYLOAD_TOO_LARGE", `The file is larger than the ${max} bytes accepted here (TRANSFER_MAX_BYTES)`);

function inWords(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof AppError || !syscall || !code) return error;
  if (isDiskFull(error)) return new Hopeless("UNAVAILABLE", "The server's disk is full or cannot be written");
  return new Hopeless("UNAVAILABLE", `The file could not be written (${code})`);
}
