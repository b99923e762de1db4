/** The shapes that operations on accounts share: names, addresses, passwords, and a user as lists and profiles show it. */
import { z } from "zod";
import { isEmptyOrVisible, NameOrEmpty, Time, Version, VISIBLE_RULE } from "@/lib/core/contract";
import { ADDRESS_PATTERN, canonicalAddress } from "./contract.address";
import { mixesScripts } from "./contract.names";

export const Role = z.enum(["user", "moderator", "admin"]);
export type Role = z.infer<typeof Role>;

/**
 * Normalised to Unicode's compatibility form, in scripts that are used together, so that no two names merely look
 * alike.
 */
export const Username = z
  .string()
  .trim()
  .normalize("NFKC")
  .min(3)
  .max(64)
  .regex(/^[\p{L}\p{N}_.-]+$/u, { error: "may hold letters, digits, dot, dash and underscore only" })
  // Unicode counts the invisible Hangul fillers among the letters.
  .refine(isEmptyOrVisible, { error: VISIBLE_RULE })
  .refine((name) => !mixesScripts(name), { error: "mixes Latin letters with those of a script that looks alike" })
  .meta({ example: "ada" });
/** Surrounding space is dropped, and an international domain is stored in its encoded form (xn--…). */
export const Email = z
  .string()
  .overwrite(canonicalAddress)
  .max(254)
  .email({ pattern: ADDRESS_PATTERN })
  .meta({ example: "ada@example.org" });
/** 8 to 256 characters; anything in them that is not easy to guess (strength.ts). */
export const Password = z.string().min(8).max(256).meta({ example: "correct horse battery" });
/** The password that confirms an action of its account. */
export const OwnPassword = z.string().min(1).max(256).meta({
  description:
    "The account's password. An account without one sends none; its session must be newer than fifteen minutes, or prove who uses it at /api/auth/step-up.",
});
/** A code of the authenticator app (six digits), or a recovery code. Spaces and dashes in it do not count. */
export const OneTimeCode = z.string().trim().min(6).max(64).meta({ example: "123456" });
export const Fullname = NameOrEmpty(128);
/** An account's number, its linked Discord id, or the id that a contact has elsewhere. */
export const UserId = z.object({ user_id: z.string().max(64).meta({ example: "1" }) });

/** How a link reaches the person it is for: by mail, or by the admin who gets it in the answer. */
export const Delivery = z.enum(["mail", "link"]);

/** A change of the ways to sign in to an account. */
export type SecuredChange =
  | "password"
  | "discord_linked"
  | "discord_unlinked"
  | "provider_linked"
  | "provider_unlinked"
  | "api_key"
  | "second_factor_on"
  | "second_factor_off"
  | "second_factor_reset"
  | "recovery_codes"
  | "recovery_code_used"
  | "passkey_added"
  | "passkey_removed"
  | "email"
  | "role"
  | "new_sign_in"
  | "wrong_code";

/** The user's fields in the answer to a login. */
export const PublicUser = z
  .object({ id: z.number().int(), username: z.string(), email: z.string(), fullname: z.string(), role: Role })
  .meta({ id: "PublicUser" });

export const CurrentUser = PublicUser.extend({ created_at: Time }).meta({ id: "CurrentUser" });

/** One user as lists show them. */
export const UserRow = CurrentUser.extend({
  is_active: z.boolean(),
  last_login: Time.nullable(),
  bot_count: z.number().int(),
  has_second_factor: z.boolean().optional().meta({ description: "For admins: an authenticator app or a passkey." }),
}).meta({ id: "UserRow" });

/**
 * A user in document 003's flat form. `user_id` is the account's id as text; `discriminator` is "0" and `avatar` null
 * where no Discord account is linked.
 */
export const Member = z
  .object({
    user_id: z.string(),
    username: z.string(),
    discriminator: z.string(),
    avatar: z.string().nullable(),
    role: Role,
    permissions: z.array(z.string()),
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

/** A whole profile, shown to its owner and to admins. */
export const UserProfile = CurrentUser.extend({
  phone: z.string().nullable(),
  birthday: z.string().nullable(),
  gender: z.string().nullable(),
  time_zone: z
    .string()
    .nullable()
    .meta({ description: "Zone in which times are shown, such as Europe/Berlin; null for the browser's." }),
  clock: z.enum(["12h", "24h"]).nullable().meta({ description: "null for what the browser's language uses" }),
  last_login: Time.nullable(),
  is_active: z.boolean(),
  version: Version.meta({ description: "Counted up by every change of the profile, the role or the activation." }),
  email_verified: z.boolean(),
}).meta({ id: "UserProfile" });

export type PublicUser = z.infer<typeof PublicUser>;
export type UserRow = z.infer<typeof UserRow>;
export type UserProfile = z.infer<typeof UserProfile>;
