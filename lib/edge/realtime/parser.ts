/**
 * Socket.IO's own protocol with the exact JSON of lib/core/format/json.ts, so that an id in a frame keeps its digits
 * both ways. Sending needs no change, because every JSON writer writes a bigint's digits.
 */
import { type Packet, Decoder as PlainDecoder, Encoder as PlainEncoder } from "socket.io-parser";
import { NumberRangeError, readJson } from "@/lib/core/format/json";
import { wellFormedJson } from "@/lib/core/format/text";
import { rangeRefusal } from "@/lib/edge/http";

/**
 * Writes every packet as JSON. The library looks through all values of each packet for binary data first, which the server never
 * sends.
 */
class Encoder extends PlainEncoder {
  override encode({ type, nsp, id, data }: Packet): string[] {
    const namespace = nsp && nsp !== "/" ? `${nsp},` : "";
    return [`${type}${namespace}${id ?? ""}${data === undefined || data === null ? "" : JSON.stringify(data)}`];
  }
}

class Decoder extends PlainDecoder {}

// Replaces the one step of the protocol that reads JSON. TypeScript declares it private, and a `reviver` would slow
// every frame down.
Object.defineProperty(Decoder.prototype, "tryParse", { value: readFrame });

/**
 * Parses the data of a frame; false when it is not JSON. An argument with a number that cannot be represented is
 * replaced by an error, with which the event's handler answers: an exception here would end the connection without a
 * message.
 */
function readFrame(text: string): unknown {
  try {
    return readJson(wellFormedJson(text));
  } catch (error) {
    if (!(error instanceof NumberRangeError)) return false;
    const plain: unknown = JSON.parse(text);
    if (!Array.isArray(plain)) return plain;
    const [place, ...path] = error.field.split(".");
    plain[Number(place)] = rangeRefusal(new NumberRangeError(path.join(".")));
    return plain;
  }
}

export const exactParser = { Encoder, Decoder };
