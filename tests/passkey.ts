/** A passkey in software: answers the challenges of WebAuthn as an authenticator with user verification does. */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { Challenge, NewCredential, PasskeyProof } from "@/lib/identity/accounts/passkeys/contract";

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_KEY = 0x40;

type Given = Pick<Challenge, "ticket" | "options">;
type Assertion = { counter?: number; origin?: string; isVerified?: boolean };

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest();

/** Writes the part of CBOR that authenticators use: integers, text, bytes and maps. */
function cbor(value: number | string | Uint8Array | Map<number | string, unknown>): Buffer {
  const head = (major: number, length: number) => {
    if (length < 24) return Buffer.from([(major << 5) | length]);
    return Buffer.from(length < 256 ? [(major << 5) | 24, length] : [(major << 5) | 25, length >> 8, length & 0xff]);
  };
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([key, item]) => [cbor(key), cbor(item as number)]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

/** A new passkey for pages of `origin`. */
export function aPasskey(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const point = [x, y].map((one) => Buffer.from(one!, "base64url"));
  const id = randomBytes(32);
  const key = new Map<number, number | Buffer>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, point[0]!],
    [-3, point[1]!],
  ]);
  let userHandle: string | undefined;

  function dataOf(options: Challenge["options"], type: string, { counter = 0, isVerified = true, ...more }: Assertion) {
    const rpId = (options.rpId ?? (options.rp as { id: string }).id) as string;
    const clientData = { type, challenge: options.challenge, origin: more.origin ?? origin, crossOrigin: false };
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const flags = USER_PRESENT | (isVerified ? USER_VERIFIED : 0) | (type === "webauthn.create" ? HAS_KEY : 0);
    return {
      clientDataJSON: Buffer.from(JSON.stringify(clientData)),
      authData: Buffer.concat([sha256(rpId), Buffer.from([flags]), count]),
    };
  }
  const credential = { id: base64(id), rawId: base64(id), type: "public-key" } as const;

  return {
    id: base64(id),
    /** Answers a registration. */
    create({ ticket, options }: Given, name = "Laptop"): { name: string; ticket: string; credential: NewCredential } {
      userHandle = (options.user as { id: string }).id;
      const { clientDataJSON, authData } = dataOf(options, "webauthn.create", {});
      const attested = Buffer.concat([authData, Buffer.alloc(16), Buffer.from([0, id.length]), id, cbor(key)]);
      const attestation = cbor(
        new Map<string, unknown>([
          ["fmt", "none"],
          ["attStmt", new Map()],
          ["authData", attested],
        ]),
      );
      const response = { clientDataJSON: base64(clientDataJSON), attestationObject: base64(attestation) };
      return { name, ticket, credential: { ...credential, response } };
    },
    /** Answers a sign-in or a step-up. */
    get({ ticket, options }: Given, how: Assertion = {}): PasskeyProof {
      const { clientDataJSON, authData } = dataOf(options, "webauthn.get", how);
      const signature = sign("sha256", Buffer.concat([authData, sha256(clientDataJSON)]), privateKey);
      const response = {
        ...{ clientDataJSON: base64(clientDataJSON), authenticatorData: base64(authData) },
        ...{ signature: base64(signature), userHandle },
      };
      return { ticket, credential: { ...credential, response } };
    },
  };
}
