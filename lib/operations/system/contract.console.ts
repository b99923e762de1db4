/** Contract of the console's frame: what every page needs to know before it reads its own data. */
import { z } from "zod";
import type { Operation } from "@/lib/core/contract";
import { FEATURES, type Feature } from "@/lib/core/settings/contract";
import { PublicUser, UserProfile } from "@/lib/identity/accounts/contract";

/** The signed-in person, as the frame of the console shows them. */
const ConsoleUser = PublicUser.extend({
  time_zone: UserProfile.shape.time_zone,
  clock: UserProfile.shape.clock,
  email_verified: z.boolean().meta({ description: "True as well where the server sends no mail to verify by." }),
  has_bots: z.boolean().meta({ description: "Whether there is a bot that the person may see. Staff see every bot." }),
  may_transfer: z.boolean().meta({ description: "Whether the person may start transfers (TRANSFERS_ROLE)." }),
  needs_second_factor: z.boolean().meta({
    description: "The server demands a second factor, and the account has none: only the account page works.",
  }),
  needs_new_password: z.boolean().meta({
    description: "The password is a weak one of API_EXTRA_USERS: of the console, only the account page works.",
  }),
  weak_passwords: z
    .number()
    .int()
    .min(0)
    .meta({ description: "For admins: the active accounts with such a password. 0 for everybody else." }),
});

export const getConsole = {
  id: "getConsole",
  method: "GET",
  path: "/api/console",
  summary: "Get what every page of the console starts from",
  description: "`user` is null for callers who are not signed in, and for bots.",
  document: "muster",
  response: z.object({
    user: ConsoleUser.nullable(),
    features_off: z
      .array(z.enum(Object.keys(FEATURES) as [Feature, ...Feature[]]))
      .meta({ description: "The features that an admin turned off." }),
    signup: z.enum(["unclaimed", "closed", "open", "verified"]).meta({
      description: "unclaimed: nobody is admin yet. verified: an account exists once its email is confirmed.",
    }),
    has_discord: z.boolean().meta({ description: "Whether people can sign in with Discord." }),
    accepts_passwords: z.boolean().meta({ description: "Whether people can sign in with a password of this server." }),
    directory: z
      .string()
      .nullable()
      .meta({ description: "The name of the LDAP directory whose passwords sign in; null without one." }),
    providers: z
      .array(z.object({ id: z.string(), name: z.string() }))
      .meta({ description: "The providers of single sign-on, Discord left out." }),
    has_passkeys: z.boolean().meta({ description: "Whether browsers can use passkeys at this server's address." }),
    sends_mail: z.boolean().meta({ description: "Whether mail is sent, as opposed to written to the outbox folder." }),
  }),
  errors: [],
} as const satisfies Operation;
