/** Socket.IO for the console, with the exact JSON of lib/core/format/json.ts; loaded together after the page is shown. */
import { Encoder, Decoder as PlainDecoder } from "socket.io-parser";
import { readJson } from "@/lib/core/format/json";

class Decoder extends PlainDecoder {}

// Same as lib/edge/realtime/parser.ts; false tells the protocol that the frame is not JSON.
Object.defineProperty(Decoder.prototype, "tryParse", {
  value(text: string): unknown {
    try {
      return readJson(text);
    } catch {
      return false;
    }
  },
});

export const exactParser = { Encoder, Decoder };
export { io } from "socket.io-client";
