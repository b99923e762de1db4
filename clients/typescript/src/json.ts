/**
 * JSON that keeps the digits of every integer: ids of Discord and Telegram exceed the largest exact integer of a
 * JavaScript number, and `JSON.parse` would round them. Works on every runtime, and changes no global object.
 */
import { type Packet, Decoder as PlainDecoder, Encoder as PlainEncoder } from "socket.io-parser";
import type { LargeIntegers } from "./types.js";

const SUSPECT = /\d{16}/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const COLON = /\s*:/y;
/**
 * Marks the strings that replace large integers. It is random, so that no string from another program can imitate it.
 */
const MARK = `\u{F8FF}${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`;
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, "g");

/** @throws SyntaxError the text is not JSON */
export function readJson<T>(text: string, largeIntegers: LargeIntegers = "string"): T {
  if (!SUSPECT.test(text)) return JSON.parse(text) as T;
  if (largeIntegers === "string") return JSON.parse(quoteLargeIntegers(text, "")) as T;
  const revive = (_key: string, value: unknown) =>
    typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value;
  return JSON.parse(quoteLargeIntegers(text, MARK), revive) as T;
}

/** Serializes a value; a bigint anywhere in it is written as its digits. */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.stringify refuses a bigint. Any other error of the value is thrown again by the call below.
    return JSON.stringify(value, markBigint).replace(MARKED, "$1");
  }
}

function markBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? MARK + value : value;
}

function quoteLargeIntegers(text: string, mark: string): string {
  let result = "";
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = stringEnd(text, at + 1);
      continue;
    }
    NUMBER.lastIndex = at;
    const token = code === 0x2d || (code >= 0x30 && code <= 0x39) ? NUMBER.exec(text)?.[0] : undefined;
    if (token === undefined) {
      at++;
      continue;
    }
    const end = at + token.length;
    COLON.lastIndex = end;
    // A number as an object key is not valid JSON. Leave it unmarked: marking would turn it into a valid string.
    if (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) && !COLON.test(text)) {
      result += `${text.slice(copied, at)}"${mark}${token}"`;
      copied = end;
    }
    at = end;
  }
  return result + text.slice(copied);
}

/** The index after the closing quote of the string that began before `from`. */
function stringEnd(text: string, from: number): number {
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
    at = quote + 1;
    if (slashes % 2 === 0) return at;
  }
}

class Encoder extends PlainEncoder {
  override encode(packet: Packet): (string | Buffer)[] {
    try {
      return super.encode(packet) as (string | Buffer)[];
    } catch {
      const data = JSON.parse(JSON.stringify(packet.data, markBigint));
      const frames = super.encode({ ...packet, data }) as (string | Buffer)[];
      return frames.map((frame) => (typeof frame === "string" ? frame.replace(MARKED, "$1") : frame));
    }
  }
}

/** Returns the value for `io(url, { parser })`: Socket.IO's own protocol, with the JSON functions of this file. */
export function exactParser(largeIntegers: LargeIntegers): { Encoder: typeof Encoder; Decoder: typeof PlainDecoder } {
  class Decoder extends PlainDecoder {}
  // `tryParse` is the only step of the protocol that reads JSON. Returning false reports an invalid frame.
  Object.defineProperty(Decoder.prototype, "tryParse", {
    value(text: string): unknown {
      try {
        return readJson(text, largeIntegers);
      } catch {
        return false;
      }
    },
  });
  return { Encoder, Decoder };
}
