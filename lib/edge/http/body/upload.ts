/** One uploaded file out of a request: multipart/form-data, or the bytes themselves. */
import { once } from "node:events";
import type { Readable } from "node:stream";
import busboy from "busboy";
import { type Actor, callerKey } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import type { Incoming } from "./incoming";

type Upload = { name: string | undefined; bytes: AsyncIterable<Uint8Array> };
/** Reads a request's file as it arrives; refused with PAYLOAD_TOO_LARGE over `max` bytes, also while it is read. */
type Open = (max: number) => Promise<Upload>;

/** The most bytes of a form besides its file. */
const AROUND_BYTES = 65_536;
const LIMITS = { files: 1, fields: 10, fieldSize: 1_024, parts: 12, headerPairs: 50 };
/** Most uploads at once of one person, key or bot in this process: as many as a ticket message takes files. */
export const UPLOADS_PER_CALLER = 10;
const RETRY_SECONDS = 5;

const underway = new Map<string, number>();

/**
 * Receives one file: `store` opens it, reads it and answers. The caller holds one of its few slots until then, so that
 * nobody keeps all uploads of the server busy. Each process counts for itself.
 *
 * @param name what to call the file when it is sent without a form
 * @throws AppError RATE_LIMITED     the caller's slots are all in use
 * @throws AppError REQUEST_TIMEOUT  nothing arrived for `silenceMs`
 * @throws AppError INVALID_INPUT    a form without a file, or cut off
 */
export async function receiveUpload<T>(
  { actor, req }: { actor: Actor; req: Incoming },
  store: (open: Open) => Promise<T>,
  { name, silenceMs }: { name?: string; silenceMs?: number } = {},
): Promise<T> {
  const caller = callerKey(actor);
  const used = underway.get(caller) ?? 0;
  if (used >= UPLOADS_PER_CALLER)
    throw new AppError("RATE_LIMITED", `At most ${UPLOADS_PER_CALLER} uploads at once`, undefined, RETRY_SECONDS);
  underway.set(caller, used + 1);
  try {
    return await store((max) => openFile(req, max, name, silenceMs));
  } finally {
    const left = underway.get(caller)! - 1;
    if (left > 0) underway.set(caller, left);
    else underway.delete(caller);
  }
}

async function openFile(req: Incoming, max: number, name?: string, silenceMs?: number): Promise<Upload> {
  const type = req.header("content-type") ?? "";
  return /^multipart\/form-data\b/i.test(type)
    ? fromForm(req, type, max, silenceMs)
    : { name: name ?? req.header("x-filename"), bytes: req.bytes(max, silenceMs) };
}

const broken = () => new AppError("INVALID_INPUT", "The form is incomplete; send it again");

/** Yields a form's file, and fails if the form breaks off. */
async function* whole(file: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* file;
  } catch (error) {
    throw error instanceof AppError ? error : broken();
  }
}

function fromForm(req: Incoming, type: string, max: number, silenceMs?: number): Promise<Upload> {
  return new Promise((resolve, reject) => {
    let form: busboy.Busboy;
    try {
      form = busboy({
        headers: { "content-type": type },
        defParamCharset: "utf8",
        limits: { ...LIMITS, fileSize: max + 1 },
      });
    } catch {
      return reject(invalid("Content-Type", "has no boundary parameter"));
    }
    const over = new AbortController();
    let file: Readable | undefined;
    const fail = (error: unknown) => {
      const known = error instanceof AppError ? error : broken();
      over.abort();
      file?.destroy(known);
      reject(known);
    };
    form.on("file", (_field, stream, info) => {
      file = stream;
      // If a handler stops reading the file, end the form as well, so that the rest is not read in vain.
      stream.on("close", () => over.abort());
      stream.on("error", () => {});
      resolve({ name: info.filename, bytes: whole(stream) });
    });
    form.on("error", fail);
    form.on("close", () => reject(invalid("file", "the form contains no file")));
    void feed().catch(fail);

    async function feed() {
      for await (const chunk of req.bytes(max + AROUND_BYTES, silenceMs)) {
        if (over.signal.aborted) return;
        if (form.write(chunk)) continue;
        await once(form, "drain", { signal: over.signal }).catch(() => {});
      }
      form.end();
    }
  });
}
