/** A body as bytes while it arrives: bounded in size, and refused when its client falls silent. */
import type { IncomingMessage } from "node:http";
import { AppError } from "@/lib/core/errors";
import { refuseEncoded } from "./text";

/** The longest silence of a client in the middle of an upload. */
const SILENCE_MS = 30_000;

/**
 * How many bytes of a refused body are read and dropped, because a client that is still sending does not read the
 * response.
 */
export const DISCARD_BYTES = 33_554_432;
export const DISCARD_MS = 5_000;

export const tooLarge = (max: number) =>
  new AppError("PAYLOAD_TOO_LARGE", `The body is larger than the ${max} bytes accepted here`, { max });

const silent = (ms: number) =>
  new AppError("REQUEST_TIMEOUT", `The body stopped arriving for ${ms / 1000} s; send the request again`);

/**
 * Yields the chunks of a body and counts their bytes. Only the wait for the next chunk is timed, because our own slow
 * disk is not the client's fault.
 *
 * @throws AppError PAYLOAD_TOO_LARGE once it is over `max` bytes
 * @throws AppError REQUEST_TIMEOUT no chunk came within `silenceMs`
 */
export async function* bounded(
  source: AsyncIterable<Uint8Array>,
  max: number,
  silenceMs: number,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  let isWaiting = false;
  let size = 0;
  try {
    for (;;) {
      isWaiting = true;
      const { done, value } = await within(chunks.next(), silenceMs);
      isWaiting = false;
      if (done) return;
      size += value.length;
      if (size > max) throw tooLarge(max);
      yield value;
    }
  } finally {
    // Do not await the source: if it is silent, this would never resolve.
    if (!isWaiting) await chunks.return?.();
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silent(ms)), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Yields the chunks of a request. If the reader stops early, the rest is dropped, so that the client reads the
 * response.
 */
export async function* readBytes(
  req: IncomingMessage,
  max: number,
  silenceMs = SILENCE_MS,
): AsyncGenerator<Uint8Array> {
  let isSilent = false;
  try {
    refuseEncoded((name) => req.headers[name] as string | undefined);
    const declared = Number(req.headers["content-length"] ?? 0);
    if (declared > max) throw tooLarge(max);
    yield* bounded(req.iterator({ destroyOnReturn: false }), max, silenceMs);
  } catch (error) {
    isSilent = error instanceof AppError && error.code === "REQUEST_TIMEOUT";
    throw error instanceof AppError
      ? error
      : new AppError("INVALID_INPUT", "The body is incomplete; send the request again");
  } finally {
    if (!isSilent) await discardRest(req);
  }
}

/** Reads a body to its end and drops it, within bounds. */
function discardRest(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (req.readableEnded || req.destroyed) return resolve();
    let size = 0;
    const done = () => {
      clearTimeout(over);
      req.off("data", count);
      req.pause();
      resolve();
    };
    const over = setTimeout(done, DISCARD_MS);
    const count = (chunk: Buffer) => {
      size += chunk.length;
      if (size > DISCARD_BYTES) done();
    };
    req.on("data", count);
    for (const event of ["end", "close", "error"]) req.once(event, done);
    req.resume();
  });
}
