/** What files are called: by the server they come from, by their address, or as asked for; always safe on a disk. */

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Bytes; file systems take 255, and parts get an ending of their own. */
const NAME_BYTES = 200;

/** A name without folders, control characters and words some systems keep for themselves; "download" when nothing is left. */
export function safeName(text: string): string {
  let name = text
    .normalize("NFC")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/g, "")
    .replace(/[/\\:*?"<>|]/g, "_")
    .toWellFormed()
    .trim()
    .replace(/^\.+/, "")
    .replace(/[. ]+$/, "");
  if (RESERVED.test(name)) name = `_${name}`;
  if (Buffer.byteLength(name) > NAME_BYTES) {
    const ending = /\.[\w-]{1,12}$/.exec(name)?.[0] ?? "";
    const stem = Buffer.from(name.slice(0, name.length - ending.length)).subarray(0, NAME_BYTES - ending.length);
    // A character that was cut in two is left out.
    name = stem.toString("utf8").replace(/\ufffd+$/, "") + ending;
  }
  return name || "download";
}

/** RFC 6266: `filename*` before `filename`. */
function ofDisposition(header: string | undefined): string | undefined {
  if (!header) return undefined;
  const extended = /filename\*\s*=\s*(?:utf-8|iso-8859-1)'[^']*'([^;]+)/i.exec(header)?.[1];
  if (extended)
    try {
      return decodeURIComponent(extended.trim());
    } catch {
      // Then the plain one.
    }
  const quoted = /filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1]?.replace(/\\(.)/g, "$1");
  const plain = quoted ?? /filename\s*=\s*([^;\s]+)/i.exec(header)?.[1];
  // Header bytes come as Latin-1; most servers that send others mean UTF-8.
  return plain && Buffer.from(plain, "latin1").toString("utf8");
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
