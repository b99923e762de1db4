/** Reads a body over whose bytes its sender made a signature. */
import type { Incoming } from "./incoming";
import { bodyText } from "./text";

/**
 * Returns the body as bytes, for the signature, and as text.
 *
 * @param max  the most bytes
 * @throws AppError  PAYLOAD_TOO_LARGE, REQUEST_TIMEOUT; UNSUPPORTED_MEDIA_TYPE or INVALID_INPUT it is no UTF-8 text
 */
export async function readSigned(req: Incoming, max = 262_144): Promise<{ bytes: Buffer; text: string }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of req.bytes(max)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { bytes, text: bodyText(bytes, req.header) };
}
