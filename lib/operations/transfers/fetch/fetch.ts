/**
 * One attempt to bring a file onto the disk. What is there already is kept: the state says which bytes, and the server is
 * asked for the others on the condition that the file is still the same (If-Range). Large files come by several
 * connections where the server gives ranges; where it does not, the first connection brings all of it. Nothing is held in
 * memory but the chunks under way.
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
  /** Changed as bytes arrive; writing it down is the caller's. */
  state: FetchState;
  throttle: Throttle;
  /** `bytes` more are needed. @throws AppError when the disk has no room for them */
  room(bytes: number): Promise<void>;
  /** Size and name are known. */
  known(about: { size: number | null; name: string }): void;
  /** Connections at work. */
  working(connections: number): void;
};
type Job = Fetch & Asking;

/** Bytes between two looks at the disk. */
const LOOK_BYTES = 67_108_864;
const RESTARTS = 2;

/**
 * Resolves with the file's size when every byte is written.
 *
 * @throws Hopeless what another attempt would not change; AppError what it might; the signal's reason when aborted
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

/** Can it go on from what is on the disk? */
async function isOnDisk(state: FetchState, handle: FileHandle): Promise<boolean> {
  if (!state.validator || !state.segments) return false;
  const end = Math.max(0, ...state.segments.map(({ from, at }) => (at > from ? at : 0)));
  return (await handle.stat()).size >= end;
}

/** The first answer of a file that is begun, or begun anew. */
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
    /** The one that an answer goes on with, whether or not somebody has asked for it and has no answer yet. */
    following: ({ at }: Flow) => segments.find((segment) => segment.from === at && isFree(segment)),

    /** @returns undefined when another connection began to receive it meanwhile */
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
 * Writes what is missing. The lead connection goes on with its answer for as long as nobody else receives the next segment;
 * the helpers ask for ranges, and where that is refused they leave their segments to it.
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
  /** @param count connections there may be, the lead's among them */
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
        // One helper finds out whether the server takes a second connection before the others ask.
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
  // More may begin while the first are awaited.
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

/** Writes one segment from where the answer is. @returns false when the answer has ended. @throws Broken */
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
