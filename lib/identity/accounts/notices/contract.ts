/** Contract of "That wasn't me", the link in mailed notices. All our own ("muster"). */
import { z } from "zod";
import { type Operation, Success } from "@/lib/core/contract";

/** A way that can still sign in or act for the account. `id` is for the removal. */
const Remaining = z.object({
  kind: z
    .enum([
      ...["passkey", "linked", "service_key", "bot_grant", "tag_grant", "invitation"],
      ...["push_device", "webhook", "incoming_webhook", "schedule", "maintenance_window", "status_page"],
      ...["alert_channel"],
    ] as const)
    .meta({
      description:
        "A passkey, an account at a provider, a device that receives the account's notifications, or what this account created: a service key of a team, a grant of a bot or of a tag, an open invitation, a webhook, an incoming webhook, a schedule, a maintenance window, a status page, an alert channel.",
    }),
  id: z.string(),
  name: z.string(),
});
export type Remaining = z.infer<typeof Remaining>;

const Disowned = Success.extend({
  username: z.string(),
  ended: z.object({ sessions: z.number().int(), api_keys: z.number().int() }),
  email_restored: z.boolean().meta({ description: "The account has the address again that the notice was sent to." }),
  reset_sent: z.boolean().meta({ description: "A link to choose another password was mailed." }),
  linked: z
    .array(z.object({ provider: z.string(), username: z.string() }))
    .meta({ description: "Accounts at providers that can still sign in." }),
  passkeys: z.array(z.string()).meta({ description: "Names of the passkeys that can still sign in." }),
  remaining: z.array(Remaining).meta({
    description:
      "The same, with everything else that goes on acting or giving access for the account. `remove` can remove each.",
  }),
  removal_token: z
    .string()
    .meta({ description: "For calls with `remove` within 30 minutes, because nobody can sign in to the account now." }),
  shared_bots: z.array(z.object({ bot_id: z.string(), shared_with: z.string() })).meta({
    description: "Bots that the account shared with others, at most 100. `remaining` has them too, as `bot_grant`.",
  }),
});
export type Disowned = z.infer<typeof Disowned>;

export const disownChange = {
  id: "disownChange",
  method: "POST",
  path: "/api/auth/not-me",
  summary: 'Answer "That wasn\'t me" to a mailed notice',
  description:
    "The token works once, for seven days. Ends every session, revokes every API key, makes the password unusable and mails a link to choose another. If the notice was about the email address, the account gets the old one back. Responds with what else can still sign in, send commands or receive data. With the `removal_token` of that response and `remove`, a second call removes one of those things.",
  document: "muster",
  body: z.object({
    token: z.string().min(1).max(256),
    remove: z
      .object({ kind: Remaining.shape.kind, id: z.string().min(1).max(128) })
      .optional()
      .meta({ description: "What to remove from `remaining`; only with a `removal_token`, which stays usable." }),
  }),
  response: Disowned,
  errors: ["INVALID_INPUT", "NOT_FOUND", "RATE_LIMITED"],
} as const satisfies Operation;
