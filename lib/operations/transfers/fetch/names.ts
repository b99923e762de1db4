/** Chooses file names: from the server's answer, the address or the request; always safe on a disk. */
import { decodeExtended, parse } from "content-disposition";

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** The most bytes of a name. File systems allow 255, and parts get a further ending. */
const NAME_BYTES = 200;

/** Removes folders, control characters and names reserved by some systems; returns "download" when nothing is left. */
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
    // Leave out a character that was cut in two.
    name = stem.toString("utf8").replace(/\ufffd+$/, "") + ending;
  }
  return name;
}

/** Decodes bytes in a character set; undefined when the set is unknown or the bytes are not valid in it. */
function textOf(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Returns the bytes of a percent-encoded text. */
const unescaped = (text: string): Buffer =>
  Buffer.concat(
    text
      .split(/(%[0-9a-f]{2})/i)
      .map((piece, index) => Buffer.from(index % 2 ? piece.slice(1) : piece, index % 2 ? "hex" : "utf8")),
  );

/** Decodes RFC 8187 `charset'language'text` in any character set of the runtime; the default is UTF-8. */
function extendedText(value: string): string | undefined {
  const known = decodeExtended(value);
  if (known !== undefined) return known;
  const [, charset = "utf-8", encoded = value] = /^([\w-]+)'[^']*'(.*)$/.exec(value) ?? [];
  return textOf(unescaped(encoded), charset);
}

/**
 * Decodes RFC 2231 `filename*0*=…; filename*1=…`. The pieces are joined before decoding, because a character may be
 * split between two.
 */
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

/** Decodes RFC 2047 `=?utf-8?B?…?=`, which some mail libraries also write into HTTP headers. */
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

/**
 * Reads a plain `filename`, which many servers percent-encode. It is not decoded if the result would contain a path.
 */
function plainText(text: string): string {
  const decoded = encodedWords(text);
  const unquoted = /%[0-9a-f]{2}/i.test(decoded) && decoded === text ? textOf(unescaped(text), "utf-8") : undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no name has them
  return unquoted && !/[/\\\u0000-\u001f]/.test(unquoted) ? unquoted : decoded;
}

/**
 * Reads the name by RFC 6266: `filename*` takes precedence over `filename`. @param header with bytes beyond ASCII
 * already decoded
 */
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

/** @param url the address of the file after all redirects */
export function nameOf(url: URL, disposition: string | undefined): string {
  const said = ofDisposition(disposition);
  if (said) return safeName(said.split(/[/\\]/).at(-1)!);
  let last = url.pathname.split("/").filter(Boolean).at(-1) ?? "";
  try {
    last = decodeURIComponent(last);
  } catch {
    // The path is not valid percent-encoding: use it as it is.
  }
  return safeName(last.split(/[/\\]/).at(-1)!);
}
