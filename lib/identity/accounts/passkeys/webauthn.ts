/** The cryptography of passkeys, by @simplewebauthn/server. It is loaded when the first passkey is used. */
import { isIP } from "node:net";
import type { RegistrationResponseJSON, WebAuthnCredential } from "@simplewebauthn/server";
import { readJson } from "@/lib/core/format/json";
import { logger } from "@/lib/core/log/logger";
import type { NewCredential, PasskeyProof } from "./contract";

/** The server as browsers know it: passkeys belong to `id`, a domain, and answer pages of `origin` only. */
export type RelyingParty = { id: string; origin: string };
export type StoredKey = { credential_id: string; public_key: string; counter: number; transports: string };
export type Registered = StoredKey & { is_synced: number };

const NAME = "Muster";
const TIMEOUT_MS = 300_000;
/** EdDSA, ES256 and RS256. Named, because the library's own list has one more where Node.js warns that it is experimental. */
const ALGORITHMS = [-8, -7, -257];

const library = () => import("@simplewebauthn/server");
const toBytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");

/** Returns null where browsers allow no passkeys: on addresses in numbers, and without TLS. */
export function relyingPartyOf(publicUrl: string): RelyingParty | null {
  const { protocol, hostname, origin } = new URL(publicUrl);
  const isLocal = hostname === "localhost" || hostname.endsWith(".localhost");
  if (protocol !== "https:" && !isLocal) return null;
  return isIP(hostname.replace(/^\[|\]$/g, "")) ? null : { id: hostname, origin };
}

const descriptorOf = ({ credential_id, transports }: StoredKey) => ({
  id: credential_id,
  transports: readJson<string[]>(transports),
});

/** Options for `navigator.credentials.create()`. Authenticators that hold one of `known` refuse to add another. */
export async function registrationOptions(
  { id }: RelyingParty,
  challenge: string,
  user: { username: string; fullname: string; handle: string },
  known: StoredKey[],
): Promise<Record<string, unknown>> {
  const { generateRegistrationOptions } = await library();
  return {
    ...(await generateRegistrationOptions({
      ...{ rpName: NAME, rpID: id, challenge: toBytes(challenge), timeout: TIMEOUT_MS, attestationType: "none" },
      ...{ userName: user.username, userDisplayName: user.fullname, userID: toBytes(user.handle) },
      excludeCredentials: known.map(descriptorOf),
      supportedAlgorithmIDs: ALGORITHMS,
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    })),
  };
}

/** Options for `navigator.credentials.get()`. Without `keys` the person chooses among the passkeys of this server. */
export async function assertionOptions(
  { id }: RelyingParty,
  challenge: string,
  keys: StoredKey[] = [],
): Promise<Record<string, unknown>> {
  const { generateAuthenticationOptions } = await library();
  return {
    ...(await generateAuthenticationOptions({
      ...{ rpID: id, challenge: toBytes(challenge), timeout: TIMEOUT_MS, userVerification: "required" },
      allowCredentials: keys.map(descriptorOf),
    })),
  };
}

/** Runs a check of the library, which throws at whatever does not fit. */
async function attempt<T>(check: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    logger.debug({ err: error }, "a passkey's answer was refused");
    return undefined;
  }
}

/** Returns the new key; undefined when the answer does not fit the challenge. */
export const verifyRegistration = (party: RelyingParty, challenge: string, response: NewCredential) =>
  attempt<Registered>(async () => {
    const { verifyRegistrationResponse } = await library();
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} } as RegistrationResponseJSON,
      ...{ expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id },
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return undefined;
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      ...{ credential_id: credential.id, public_key: toText(credential.publicKey), counter: credential.counter },
      ...{ transports: JSON.stringify(response.response.transports ?? []), is_synced: credentialBackedUp ? 1 : 0 },
    };
  });

/** Returns the key's new counter; undefined when the signature, the challenge or the counter does not fit. */
export const verifyAssertion = (
  party: RelyingParty,
  challenge: string,
  key: StoredKey,
  response: PasskeyProof["credential"],
) =>
  attempt<{ counter: number; is_synced: number }>(async () => {
    const { verifyAuthenticationResponse } = await library();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} },
      ...{ expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id },
      credential: {
        id: key.credential_id,
        publicKey: toBytes(key.public_key) as WebAuthnCredential["publicKey"],
        counter: key.counter,
      },
    });
    if (!verified) return undefined;
    return { counter: authenticationInfo.newCounter, is_synced: authenticationInfo.credentialBackedUp ? 1 : 0 };
  });
