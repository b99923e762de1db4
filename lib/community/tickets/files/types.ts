/** Detects the type of an uploaded file, cleans its name, and decides which files are accepted. */
import { cutText } from "@/lib/core/format/text";

/** Accepted types, which are detected from the content, and the file extensions that each may keep. */
const TYPES: Record<string, readonly string[]> = {
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "image/gif": ["gif"],
  "image/webp": ["webp"],
  "application/pdf": ["pdf"],
  "application/zip": ["zip"],
  "application/gzip": ["gz", "tgz"],
  "video/mp4": ["mp4", "m4v"],
  "video/webm": ["webm"],
  "audio/mpeg": ["mp3"],
  "audio/ogg": ["ogg", "oga", "opus"],
  "audio/wav": ["wav"],
  "text/plain": ["txt", "log", "md", "csv", "json", "yaml", "yml", "toml", "ini", "conf", "diff", "patch"],
};
/** Types that pages show in place, because they cannot contain anything that runs. */
const INLINE = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export const CONTENT_TYPES = Object.keys(TYPES);
export const isInline = (type: string): boolean => INLINE.has(type);

/** Aliases of media types, mapped to the names that we use. */
const SAME: Record<string, string> = {
  "image/apng": "image/png",
  "video/x-m4v": "video/mp4",
  "audio/opus": "audio/ogg",
  "audio/ogg; codecs=opus": "audio/ogg",
  "application/ogg": "audio/ogg",
  "audio/vnd.wave": "audio/wav",
  "audio/x-wav": "audio/wav",
};
/** The number of bytes at a file's beginning that are used to detect its type. */
export const SNIFF_BYTES = 65_536;

/**
 * The type of a file by its content; null when it is none we take. Text is text only if all of it reads as UTF-8
 * (`isText`) and it does not begin like markup, which a careless viewer would run.
 */
export async function judge(head: Uint8Array, isText: boolean): Promise<string | null> {
  const { fileTypeFromBuffer } = await import("file-type");
  const found = await fileTypeFromBuffer(head);
  if (found) {
    const type = SAME[found.mime] ?? found.mime;
    return Object.hasOwn(TYPES, type) ? type : null;
  }
  if (!isText) return null;
  return /^[\s\uFEFF]*</.test(Buffer.from(head.subarray(0, 4096)).toString("utf8")) ? null : "text/plain";
}

/** Checks streamed bytes: are they UTF-8 text without control characters? */
export function textWatcher(): { see(chunk: Uint8Array): void; end(): boolean } {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let ok = true;
  const check = (work: () => string) => {
    if (!ok) return;
    try {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      ok = !/[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/.test(work());
    } catch {
      ok = false;
    }
  };
  return {
    see: (chunk) => check(() => decoder.decode(chunk, { stream: true })),
    end: () => {
      check(() => decoder.decode());
      return ok;
    },
  };
}

const NAME_MAX = 100;

/**
 * A name that is safe to show and to save under: the last part of a path, without control characters and marks that turn
 * text around, ending as files of this type end ("invoice.html" of a PNG becomes "invoice.html.png").
 */
export function fileName(given: string | undefined, type: string): string {
  const last = (given ?? "").normalize("NFC").toWellFormed().split(/[/\\]/).at(-1) ?? "";
  const clean = last
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}"<>|:*?]/gu, "_")
    .replace(/^[\s.]+|[\s.]+$/g, "")
    .replace(/\s+/g, " ");
  const endings = TYPES[type] ?? ["bin"];
  const base = cutText(clean || "file", NAME_MAX, "");
  const ending = /\.([A-Za-z0-9]{1,8})$/.exec(base)?.[1]?.toLowerCase();
  return ending && endings.includes(ending) ? base : `${base}.${endings[0]}`;
}
