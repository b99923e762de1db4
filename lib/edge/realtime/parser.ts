/**
 * Socket.IO's own protocol with the exact JSON of lib/core/format/json.ts, so that an id in a frame keeps its digits both ways. What
 * goes out needs no change: a bigint writes its digits whoever writes it.
 */
import { Encoder, Decoder as PlainDecoder } from "socket.io-parser";
import { NumberRangeError, readJson } from "@/lib/core/format/json";
import { wellFormedJson } from "@/lib/core/format/text";
import { rangeRefusal } from "@/lib/edge/http";

class Decoder extends PlainDecoder {}

// The one step of the protocol that reads JSON. TypeScript calls it private, and its `reviver` would slow every frame down.
Object.defineProperty(Decoder.prototype, "tryParse", { value: readFrame });

/**
 * The data of a frame; false when it is no JSON. An argument with a number that cannot be kept is replaced by its
 * refusal, which the event's handler answers with: an exception here would end the connection without a word.
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
