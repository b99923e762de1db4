/** Signs the requests that Muster sends, as standardwebhooks.com specifies. */
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
