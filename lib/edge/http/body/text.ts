/**
 * Decodes a body as UTF-8, or refuses it with the reason. A wrong guess of the encoding would be stored as "caf\uFFFD".
 */
import { isUtf8 } from "node:buffer";
import { AppError } from "@/lib/core/errors";
import { cutText, wellFormedJson } from "@/lib/core/format/text";

type Header = (name: string) => string | undefined;

const unsupported = (field: string, message: string) =>
  new AppError("UNSUPPORTED_MEDIA_TYPE", `${field}: ${message}`, { field });

/** @throws AppError UNSUPPORTED_MEDIA_TYPE the body is compressed */
export function refuseEncoded(header: Header): void {
  const encoding = header("content-encoding")?.trim().toLowerCase();
  if (encoding && encoding !== "identity")
    throw unsupported("Content-Encoding", `"${cutText(encoding, 32)}" is not read here; send the body uncompressed`);
}

const UTF8 = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);
/** Byte order marks of UTF-16, and text of it without one: every other byte of JSON's first two is zero. */
const isUtf16 = ([first, second]: Uint8Array) =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0;

/**
 * The text of a JSON body, without a byte order mark. Half a surrogate pair, which only an escape can spell, becomes U+FFFD:
 * neither PostgreSQL nor a strict reader of our answers takes it.
 *
 * @throws AppError UNSUPPORTED_MEDIA_TYPE compressed, or in another character set than UTF-8
 * @throws AppError INVALID_INPUT          bytes that are no UTF-8
 */
export function bodyText(bytes: Buffer, header: Header): string {
  refuseEncoded(header);
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(header("content-type") ?? "")?.[1]?.toLowerCase();
  if (charset && !UTF8.has(charset))
    throw unsupported("Content-Type", `charset ${cutText(charset, 32)} is not read here; send UTF-8`);
  if (bytes.length >= 2 && isUtf16(bytes)) throw unsupported("Content-Type", "the body is UTF-16; send UTF-8");
  if (!isUtf8(bytes)) throw new AppError("INVALID_INPUT", "The body is not valid UTF-8: send JSON encoded as UTF-8");
  const text = bytes.toString("utf8");
  return wellFormedJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}
