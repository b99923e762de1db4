/** Signs the requests that Muster sends, and checks those that it receives, as standardwebhooks.com specifies. */
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

/** Returns a new secret, in the form in which receivers enter it. */
export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/**
 * Returns the headers of a JSON request, signed by each of the secrets.
 *
 * @param id  names the message; a repetition has the same one
 * @param at  epoch ms
 */
export function signedHeaders(
  { id, at, body }: { id: string; at: number; body: string },
  secrets: readonly string[],
): Record<string, string> {
  return {
    ...{ "content-type": "application/json", "user-agent": "Muster", "webhook-id": id },
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body)).join(" "),
  };
}

const SIGNED_HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/** Returns whether a request is signed by the secret, and at most five minutes old. */
export function verifiesSigned(body: Buffer, header: (name: string) => string | undefined, secret: string): boolean {
  const headers = Object.fromEntries(SIGNED_HEADERS.map((name) => [name, header(name) ?? ""]));
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
