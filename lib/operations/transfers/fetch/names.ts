/** Chooses file names: from the server's answer, the address or the request; always safe on a disk. */
import { decodeExtended, parse } from "content-disposition";

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Bytes; file systems take 255, and parts get an ending of their own. */
const NAME_BYTES = 200;

/** A name without folders, control characters and words some systems keep for themselves; "download" when nothing is left. */
export function safeName(text: string): string {
  let name = text
    .normalize("NFC")
    // The joiners U+200C and U+200D stay: words of several languages, and emoji, need them.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/g, "")
    .replace(/[/\\:*?"<>|]/g, "_")
    .toWellFormed()
    .trim()
    .replace(/^\.+/, "")
    .replace(/[. ]+$/, "");
  if (/^[\u200c\u200d]*$/.test(name)) return "download";
  if (RESERVED.test(name)) name = `_${name}`;
  if (Buffer.byteLength(name) > NAME_BYTES) {
    const ending = /\.[\w-]{1,12}$/.exec(name)?.[0] ?? "";
    const stem = Buffer.from(name.slice(0, name.length - ending.length)).subarray(0, NAME_BYTES - ending.length);
    // A character that was cut in two is left out.
    name = stem.toString("utf8").replace(/\ufffd+$/, "") + ending;
  }
  return name;
}

/** Bytes as text of a character set; undefined when there is no such set or the bytes are none of it. */
function textOf(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The bytes of a percent-encoded text. */
const unescaped = (text: string): Buffer =>
  Buffer.concat(
    text
      .split(/(%[0-9a-f]{2})/i)
      .map((piece, index) => Buffer.from(index % 2 ? piece.slice(1) : piece, index % 2 ? "hex" : "utf8")),
  );

/** RFC 8187 `charset'language'text`, with any character set the runtime knows, and without one as UTF-8. */
function extendedText(value: string): string | undefined {
  const known = decodeExtended(value);
  if (known !== undefined) return known;
  const [, charset = "utf-8", encoded = value] = /^([\w-]+)'[^']*'(.*)$/.exec(value) ?? [];
  return textOf(unescaped(encoded), charset);
}

/** RFC 2231 `filename*0*=…; filename*1=…`: put together first, then decoded, because a character may be cut in two. */
function continuedText(parameters: Record<string, string>): string | undefined {
  const pieces: Buffer[] = [];
  let charset = "utf-8";
  for (let index = 0; ; index++) {
    const encoded = parameters[`filename*${index}*`];
    const piece = encoded ?? parameters[`filename*${index}`];
    if (piece === undefined) break;
    const marked = index === 0 && encoded !== undefined ? /^([\w-]*)'[^']*'(.*)$/.exec(piece) : null;
    if (marked?.[1]) charset = marked[1];
    pieces.push(encoded === undefined ? Buffer.from(piece) : unescaped(marked?.[2] ?? piece));
  }
  const bytes = Buffer.concat(pieces);
  return bytes.length > 0 ? (textOf(bytes, charset) ?? bytes.toString("latin1")) : undefined;
}

/** RFC 2047 `=?utf-8?B?…?=`, which mail programs' libraries write into HTTP headers too. */
function encodedWords(text: string): string {
  return text
    .replace(/(\?=)\s+(=\?)/g, "$1$2")
    .replace(
      /=\?([\w-]+)(?:\*[\w-]+)?\?([bq])\?([^?]*)\?=/gi,
      (whole, charset: string, kind: string, encoded: string) => {
        const bytes =
          kind.toLowerCase() === "b"
            ? Buffer.from(encoded, "base64")
            : unescaped(encoded.replaceAll("_", " ").replaceAll("%", "%25").replaceAll("=", "%"));
        return textOf(bytes, charset) ?? whole;
      },
    );
}

/** A plain `filename`: many servers percent-encode it. What would lead into another folder is left as it is written. */
function plainText(text: string): string {
  const decoded = encodedWords(text);
  const unquoted = /%[0-9a-f]{2}/i.test(decoded) && decoded === text ? textOf(unescaped(text), "utf-8") : undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no name has them
  return unquoted && !/[/\\\u0000-\u001f]/.test(unquoted) ? unquoted : decoded;
}

/** RFC 6266: `filename*` before `filename`. @param header its bytes beyond ASCII decoded already */
function ofDisposition(header: string | undefined): string | undefined {
  if (!header) return undefined;
  // Some servers leave the type out.
  const { parameters } = parse(/^\s*[\w-]+\*?\s*=/.test(header) ? `attachment; ${header}` : header, {
    extended: false,
  });
  const extended = parameters["filename*"] === undefined ? undefined : extendedText(parameters["filename*"]);
  if (extended) return extended;
  const plain = parameters.filename;
  return continuedText(parameters) ?? (plain ? plainText(plain) : undefined);
}

/** @param url where the file was found at last, after redirects */
export function nameOf(url: URL, disposition: string | undefined): string {
  const said = ofDisposition(disposition);
  if (said) return safeName(said.split(/[/\\]/).at(-1)!);
  let last = url.pathname.split("/").filter(Boolean).at(-1) ?? "";
  try {
    last = decodeURIComponent(last);
  } catch {
    // As it is written then.
  }
  return safeName(last.split(/[/\\]/).at(-1)!);
}
