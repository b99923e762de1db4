/**
 * One attempt to download a file to the disk. Bytes from earlier attempts are kept: the state says which, and the
 * server is asked for the others on condition that the file is unchanged (If-Range). Large files are downloaded over
 * several connections if the server supports ranges; otherwise the first connection downloads everything. Memory
 * contains only the chunks in transit.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError, isDiskFull } from "@/lib/core/errors";
import {
  type Asking,
  begin,
  bytesIn,
  Changed,
  type FetchState,
  type Flow,
  resume,
  type Segment,
  tooLarge,
} from "./answers";
import { Broken, brokenOff, discard, Hopeless, readNext } from "./open";
import type { Throttle } from "./throttle";

export type Fetch = Omit<Asking, "cookies"> & {
  file: string;
  /** Changed as bytes arrive. The caller stores it. */
  state: FetchState;
  throttle: Throttle;
  /** Checks that the disk has room for `bytes` more. @throws AppError when it has not */
  room(bytes: number): Promise<void>;
  /** Called when size and name are known. */
  known(about: { size: number | null; name: string }): void;
  /** Called with the number of open connections. */
  working(connections: number): void;
};
type Job = Fetch & Asking;

/** The number of bytes between two checks of the free disk space. */
const LOOK_BYTES = 67_108_864;
const RESTARTS = 2;

/**
 * Downloads the file, and resolves with its size when every byte is written.
 *
 * @throws Hopeless when another attempt cannot help; AppError when it may; the signal's reason when aborted
 */
export async function fetchFile(request: Fetch): Promise<number> {
  await mkdir(dirname(request.file), { recursive: true, mode: 0o700 });
  const { CookieJar } = await import("tough-cookie");
  const job: Job = { ...request, cookies: new CookieJar(undefined, { looseMode: true }) };
  const handle = await open(job.file, constants.O_RDWR | constants.O_CREAT, 0o600).catch((error) => {
    throw inWords(error);
  });
  try {
    let isBegun = await isOnDisk(job.state, handle);
    for (let restarts = 0; ; restarts++)
      try {
        const size = await fill(job, handle, isBegun ? undefined : await start(job, handle));
        await handle.datasync();
        return size;
      } catch (error) {
        if (!(error instanceof Changed)) throw inWords(error);
        if (restarts >= RESTARTS) throw new AppError("BAD_GATEWAY", "The file keeps changing during the download");
        isBegun = false;
      }
  } finally {
    await handle.close();
  }
}

/** Tests whether the download can continue from the bytes on disk. */
async function isOnDisk(state: FetchState, handle: FileHandle): Promise<boolean> {
  if (!state.validator || !state.segments) return false;
  const end = Math.max(0, ...state.segments.map(({ from, at }) => (at > from ? at : 0)));
  return (await handle.stat()).size >= end;
}

/** Gets the first response for a new download, or for one that has to start again. */
async function start(job: Job, handle: FileHandle): Promise<Flow> {
  const { flow, name } = await begin(job);
  try {
    await handle.truncate(0);
    const { size = null } = job.state;
    job.known({ size, name });
    await job.room(size ?? 0);
    return flow;
  } catch (error) {
    await discard(flow.body);
    throw error;
  }
}

const isUnfinished = ({ to, at }: Segment) => to === null || at < to;

/** The segments that connections request, and those they receive. */
function createPool(segments: readonly Segment[]) {
  const [asked, received] = [new Set<Segment>(), new Set<Segment>()];
  const isFree = (segment: Segment) => isUnfinished(segment) && !received.has(segment);
  return {
    count: segments.filter(isUnfinished).length,
    next: () => segments.find((segment) => isFree(segment) && !asked.has(segment)),
    /**
     * Finds the segment that follows a response's position, even if another connection has requested it but not
     * received anything.
     */
    following: ({ at }: Flow) => segments.find((segment) => segment.from === at && isFree(segment)),

    /** Requests a segment. @returns undefined when another connection began to receive it meanwhile */
    async ask(segment: Segment, job: Job): Promise<Flow | undefined> {
      asked.add(segment);
      try {
        const flow = await resume(job, segment);
        if (isFree(segment)) return flow;
        await discard(flow.body);
        return undefined;
      } finally {
        asked.delete(segment);
      }
    },
    async receive(segment: Segment, work: () => Promise<boolean>): Promise<boolean> {
      received.add(segment);
      try {
        return await work();
      } finally {
        received.delete(segment);
      }
    },
  };
}

/**
 * Downloads the missing bytes. The lead connection keeps reading its response until another connection receives the
 * next segment. Helpers request ranges; if the server refuses, they leave their segments to the lead.
 */
async function fill(job: Job, handle: FileHandle, first: Flow | undefined): Promise<number> {
  const { state } = job;
  if (!first) await job.room((state.size ?? 0) - bytesIn(state));
  const pool = createPool(state.segments!);
  const wanted = Math.max(1, Math.min(job.connections, pool.count));
  const ended = new AbortController();
  const inner = { ...job, signal: AbortSignal.any([job.signal, ended.signal]) };
  const helpers: Promise<void>[] = [];
  const failures: unknown[] = [];
  let [working, canShare, isRefused] = [0, false, state.isAlone ?? false];

  async function run(work: () => Promise<void>) {
    job.working(++working);
    try {
      await work();
    } catch (error) {
      failures.push(error);
      ended.abort();
    } finally {
      job.working(--working);
    }
  }
  /** @param count the most connections, including the lead's */
  function grow(count: number) {
    while (!isRefused && helpers.length < Math.min(count, wanted) - 1) helpers.push(run(help));
  }
  async function lead(): Promise<void> {
    let flow = first;
    try {
      for (;;) {
        let segment = flow && pool.following(flow);
        if (!flow || !segment) {
          if (flow) await discard(flow.body);
          flow = undefined;
          segment = pool.next();
          if (!segment) return;
          flow = await pool.ask(segment, inner);
          if (!flow) continue;
        }
        const [to, from] = [segment, flow];
        const receiving = pool.receive(to, () => pour(inner, handle, to, from));
        // Start one helper first, to find out whether the server accepts a second connection.
        grow(canShare ? wanted : 2);
        if (!(await receiving)) flow = undefined;
      }
    } finally {
      if (flow) await discard(flow.body);
    }
  }
  async function help(): Promise<void> {
    for (let segment = pool.next(); segment; segment = pool.next()) {
      let flow: Flow | undefined;
      try {
        const [to, from] = [segment, await pool.ask(segment, inner)];
        flow = from;
        if (!from) continue;
        const receiving = pool.receive(to, () => pour(inner, handle, to, from));
        canShare = true;
        grow(wanted);
        await receiving;
      } catch (error) {
        const isTolerable = error instanceof Changed || error instanceof Broken || (!flow && error instanceof AppError);
        if (!isTolerable || inner.signal.aborted || working <= 1) throw error;
        isRefused = true;
        if (!canShare) state.isAlone = true;
        return;
      } finally {
        if (flow) await discard(flow.body);
      }
    }
  }

  await run(lead);
  // Use an index: helpers may be added while earlier ones are awaited.
  for (let at = 0; at < helpers.length; at++) await helpers[at];
  job.signal.throwIfAborted();
  const failure = failures.find((error) => error instanceof Changed) ?? failures.find((error) => !isAbort(error));
  if (failure ?? failures[0]) throw failure ?? failures[0];
  return whole(job, handle);
}

/** @throws AppError when bytes are missing */
async function whole({ state }: Job, handle: FileHandle): Promise<number> {
  const size = bytesIn(state);
  if (typeof state.size === "number" && size !== state.size)
    throw new AppError("BAD_GATEWAY", "The server closed the connection before the file was complete");
  await handle.truncate(size);
  return size;
}

const isAbort = (error: unknown) => (error as Error)?.name === "AbortError";

/** Writes one segment from the response's position. @returns false when the response has ended. @throws Broken */
async function pour(job: Job, handle: FileHandle, segment: Segment, flow: Flow): Promise<boolean> {
  const before = flow.at;
  let looked = before;
  while (segment.to === null || flow.at < segment.to) {
    const chunk = flow.rest ?? (await read(job, flow));
    flow.rest = undefined;
    if (!chunk) {
      segment.to ??= segment.at;
      if (flow.at === before && isUnfinished(segment))
        throw new Broken("BAD_GATEWAY", `${flow.url.host} ended before the whole file was there`);
      return false;
    }
    const part = segment.to === null ? chunk : chunk.subarray(0, segment.to - flow.at);
    if (part.length < chunk.length) flow.rest = chunk.subarray(part.length);
    let done = 0;
    while (done < part.length)
      done += (await handle.write(part, done, part.length - done, flow.at + done)).bytesWritten;
    flow.at += part.length;
    segment.at = Math.max(segment.at, flow.at);
    await job.throttle(part.length, job.signal);
    job.signal.throwIfAborted();
    if (flow.at > job.maxBytes) throw tooLarge(job.maxBytes);
    if (flow.at - looked >= LOOK_BYTES) {
      looked = flow.at;
      await job.room(0);
    }
  }
  return true;
}

const read = ({ signal }: Job, { body, chunks, url }: Flow) =>
  readNext(body, chunks).catch((error) => {
    throw signal.aborted ? signal.reason : brokenOff(error, url);
  });

function inWords(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof AppError || !syscall || !code) return error;
  if (isDiskFull(error)) return new Hopeless("UNAVAILABLE", "The server's disk is full or cannot be written");
  return new Hopeless("UNAVAILABLE", `The file could not be written (${code})`);
}
