/** Bencoding (BEP 3), the format of .torrent files and of trackers' responses. */

export type Bencoded = number | Buffer | Bencoded[] | Map<string, Bencoded>;
/** The values that `encode` takes: texts are UTF-8, and keys are sorted as the format demands. */
export type Encodable = number | string | Uint8Array | Encodable[] | { [key: string]: Encodable };

const DEPTH = 64;

/**
 * Decodes bencoded bytes. Keys are read as Latin-1, so that different keys stay different.
 *
 * @param spans receives the position of each value of the outermost dictionary: half-open, in bytes
 * @throws Error the bytes are not bencoded, or nested deeper than any torrent
 */
export function decode(bytes: Buffer, spans?: Map<string, readonly [number, number]>): Bencoded {
  let at = 0;
  const wrong = () => new Error(`not bencoded at byte ${at}`);

  function until(end: string): string {
    const to = bytes.indexOf(end, at, "latin1");
    if (to < 0 || to - at > 20) throw wrong();
    const text = bytes.toString("latin1", at, to);
    at = to + 1;
    return text;
  }
  function text(): Buffer {
    const digits = until(":");
    const length = Number(digits);
    if (!/^\d+$/.test(digits) || at + length > bytes.length) throw wrong();
    at += length;
    return bytes.subarray(at - length, at);
  }
  function value(depth: number): Bencoded {
    if (depth > DEPTH) throw wrong();
    const mark = String.fromCharCode(bytes[at] ?? 0);
    if (/\d/.test(mark)) return text();
    at++;
    if (mark === "i") {
      const digits = until("e");
      if (!/^-?\d+$/.test(digits) || !Number.isSafeInteger(Number(digits))) throw wrong();
      return Number(digits);
    }
    const ends = () => {
      if (at >= bytes.length) throw wrong();
      return bytes[at] === 0x65;
    };
    if (mark === "l") {
      const list: Bencoded[] = [];
      while (!ends()) list.push(value(depth + 1));
      at++;
      return list;
    }
    if (mark !== "d") throw wrong();
    const dictionary = new Map<string, Bencoded>();
    while (!ends()) {
      const key = text().toString("latin1");
      const from = at;
      dictionary.set(key, value(depth + 1));
      if (depth === 0) spans?.set(key, [from, at]);
    }
    at++;
    return dictionary;
  }

  const whole = value(0);
  if (at !== bytes.length) throw wrong();
  return whole;
}

/**
 * Encodes a value. The entries of `raw` are copied unchanged into the outermost dictionary, for an `info` whose bytes
 * must not change.
 */
export function encode(value: Encodable, raw: Record<string, Uint8Array> = {}): Buffer {
  const text = (bytes: Uint8Array | string) => {
    const buffer = Buffer.from(bytes as string);
    return Buffer.concat([Buffer.from(`${buffer.length}:`), buffer]);
  };
  if (typeof value === "number") return Buffer.from(`i${value}e`);
  if (typeof value === "string" || value instanceof Uint8Array) return text(value);
  if (Array.isArray(value))
    return Buffer.concat([Buffer.from("l"), ...value.map((one) => encode(one)), Buffer.from("e")]);
  const entries = [
    ...Object.entries(value).map(([key, one]) => [key, encode(one)] as const),
    ...Object.entries(raw),
  ].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Buffer.concat([Buffer.from("d"), ...entries.flatMap(([key, one]) => [text(key), one]), Buffer.from("e")]);
}
