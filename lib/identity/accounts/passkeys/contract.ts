/**
 * Contract of passkeys (WebAuthn). A passkey signs in alone, because it also verifies the person (by a fingerprint, a face or
 * a PIN), and counts as the second factor of a sign-in by password. All our own ("muster").
 */
import { z } from "zod";
import { AnyObject, Name, type Operation, Success, Time } from "@/lib/core/contract";
import { login } from "@/lib/identity/accounts/contract";

const Bytes = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\w-]+$/, { error: "must be base64url" });
/** Credential ids have at most 1,023 bytes. */
const CredentialId = Bytes(1400);
const Kind = {
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).optional(),
};

/** The answer of `navigator.credentials.create()`, in WebAuthn's JSON. */
const NewCredential = z.object({
  ...Kind,
  response: z.object({
    clientDataJSON: Bytes(8192),
    attestationObject: Bytes(32_768),
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
});
export type NewCredential = z.infer<typeof NewCredential>;

/** The answer of `navigator.credentials.get()`, in WebAuthn's JSON. */
const Assertion = z.object({
  ...Kind,
  response: z.object({
    clientDataJSON: Bytes(8192),
    authenticatorData: Bytes(8192),
    signature: Bytes(8192),
    userHandle: Bytes(128).optional(),
  }),
});

const Ticket = z.string().min(1).max(512).meta({ description: "from the challenge" });
/** A challenge's ticket, and the passkey's answer to the challenge. */
export const PasskeyProof = z.object({ ticket: Ticket, credential: Assertion });
export type PasskeyProof = z.infer<typeof PasskeyProof>;

/** A challenge is valid for ten minutes, once, and in the browser that asked for it. */
export const Challenge = Success.extend({
  ticket: Ticket,
  options: AnyObject.meta({ description: "the `publicKey` of `navigator.credentials`, in WebAuthn's JSON" }),
});
export type Challenge = z.infer<typeof Challenge>;

export const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    synced: z.boolean().meta({ description: "the authenticator keeps a copy elsewhere, such as in a cloud account" }),
    created_at: Time,
    last_used_at: Time.nullable(),
  })
  .meta({ id: "Passkey" });
export type Passkey = z.infer<typeof Passkey>;

export const listPasskeys = {
  id: "listPasskeys",
  method: "GET",
  path: "/api/auth/passkeys",
  summary: "List your passkeys",
  description: "At most 20, newest first.",
  document: "muster",
  response: z.object({
    passkeys: z.array(Passkey),
    count: z.number().int(),
    available: z.boolean().meta({
      description:
        "whether this server can use passkeys: the host of its public address must be a name, reached by HTTPS (or `localhost`)",
    }),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const startPasskey = {
  id: "startPasskey",
  method: "POST",
  path: "/api/auth/passkeys/registration",
  summary: "Begin to add a passkey",
  document: "muster",
  proof: "session",
  response: Challenge,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const addPasskey = {
  id: "addPasskey",
  method: "POST",
  path: "/api/auth/passkeys",
  summary: "Add a passkey",
  description:
    "Answers the challenge of `startPasskey`. From the first passkey on, a sign-in by password needs a passkey or a code too. Other sessions stay signed in; `DELETE /api/auth/sessions?keep_current=true` ends them.",
  document: "muster",
  body: z.object({ name: Name(64), ticket: Ticket, credential: NewCredential }),
  response: Success.extend({
    passkey: Passkey,
    recovery_codes: z.array(z.string()).nullable().meta({
      description:
        "with the account's first second factor: codes that each work once in its place, shown here and never again",
    }),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const renamePasskey = {
  id: "renamePasskey",
  method: "PATCH",
  path: "/api/auth/passkeys/{passkey_id}",
  summary: "Rename a passkey",
  document: "muster",
  params: z.object({ passkey_id: z.string().max(64) }),
  body: z.strictObject({ name: Name(64) }),
  response: Success.extend({ passkey: Passkey }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const removePasskey = {
  id: "removePasskey",
  method: "DELETE",
  path: "/api/auth/passkeys/{passkey_id}",
  summary: "Remove a passkey",
  description:
    "Refused with 409 while it is the only way into the account. Other sessions stay signed in; `DELETE /api/auth/sessions?keep_current=true` ends them.",
  document: "muster",
  proof: "session",
  params: z.object({ passkey_id: z.string().max(64) }),
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const startPasskeySignIn = {
  id: "startPasskeySignIn",
  method: "POST",
  path: "/api/auth/passkeys/challenge",
  summary: "Begin to sign in with a passkey",
  description: "Binds the challenge to the browser by a cookie.",
  document: "muster",
  response: Challenge,
  errors: ["FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const signInWithPasskey = {
  id: "signInWithPasskey",
  method: "POST",
  path: "/api/auth/passkeys/sign-in",
  summary: "Sign in with a passkey",
  description: "Responds like a sign-in by password. No code is needed beside it.",
  document: "muster",
  body: PasskeyProof,
  response: login.response,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;
