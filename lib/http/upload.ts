/** One uploaded file out of a request: multipart/form-data, or the bytes themselves. */
import { once } from "node:events";
import type { Readable } from "node:stream";
import busboy from "busboy";
import { AppError, invalid } from "@/lib/errors";
import type { Incoming } from "./incoming";

type Upload = { name: string | undefined; bytes: AsyncIterable<Uint8Array> };

/** What a form may hold around its file. */
const AROUND_BYTES = 65_536;
const LIMITS = { files: 1, fields: 10, fieldSize: 1_024, parts: 12, headerPairs: 50 };

/**
 * The file of a request, to be read as it arrives.
 *
 * @param name what to call it when it is sent without a form
 * @throws AppError INVALID_INPUT      a form without a file, or cut off
 * @throws AppError PAYLOAD_TOO_LARGE  over `max` bytes; also while it is read
 */
export async function uploaded(req: Incoming, max: number, name?: string): Promise<Upload> {
  const type = req.header("content-type") ?? "";
  return /^multipart\/form-data\b/i.test(type)
    ? fromForm(req, type, max)
    : { name: name ?? req.header("x-filename"), bytes: req.bytes(max) };
}

const broken = () => new AppError("INVALID_INPUT", "The form did not arrive whole");

/** A form's file, which breaks off when the form does. */
async function* whole(file: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* file;
  } catch (error) {
    throw error instanceof AppError ? error : broken();
  }
}

function fromForm(req: Incoming, type: string, max: number): Promise<Upload> {
  return new Promise((resolve, reject) => {
    let form: busboy.Busboy;
    try {
      form = busboy({
        headers: { "content-type": type },
        defParamCharset: "utf8",
        limits: { ...LIMITS, fileSize: max + 1 },
      });
    } catch {
      return reject(invalid("Content-Type", "names no boundary of the form's parts"));
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
      // Whoever stops reading ends the form with it.
      stream.on("close", () => over.abort());
      stream.on("error", () => {});
      resolve({ name: info.filename, bytes: whole(stream) });
    });
    form.on("error", fail);
    form.on("close", () => reject(invalid("file", "the form holds no file")));
    void feed().catch(fail);

    async function feed() {
      for await (const chunk of req.bytes(max + AROUND_BYTES)) {
        if (over.signal.aborted) return;
        if (form.write(chunk)) continue;
        await once(form, "drain", { signal: over.signal }).catch(() => {});
      }
      form.end();
    }
  });
}
