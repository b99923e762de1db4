/**
 * Log lines about access: the actor, the address and the request. They never contain a secret or a name that somebody
 * typed, which may be a password in the wrong field.
 */

import type { Actor } from "@/lib/core/actor";
import { currentContext } from "@/lib/core/acts";
import { logger } from "./logger";

export type SecurityEvent =
  | "sign_in"
  | "sign_in_failed"
  | "sign_in_locked"
  | "password_confirmation_failed"
  | "password_changed"
  | "password_reset_requested"
  | "password_reset"
  | "second_factor_on"
  | "second_factor_off"
  | "second_factor_reset"
  | "recovery_codes_replaced"
  | "recovery_code_used"
  | "passkey_added"
  | "passkey_removed"
  | "step_up"
  | "step_up_failed"
  | "api_key_created"
  | "api_key_revoked"
  | "api_key_rotated"
  | "session_ended"
  | "role_changed"
  | "identity_linked"
  | "login_link_used"
  | "account_registered"
  | "user_created"
  | "invitation_created"
  | "invitation_accepted"
  | "invitation_revoked"
  | "account_deleted"
  | "server_claimed"
  | "email_verified"
  | "email_change_requested"
  | "email_change_cancelled"
  | "email_changed"
  | "account_disowned"
  | "account_way_removed"
  | "team_created"
  | "team_deleted"
  | "team_transferred"
  | "team_member_added"
  | "team_member_removed"
  | "team_role_changed"
  | "team_key_created"
  | "team_key_rotated"
  | "team_key_revoked"
  | "bot_shared"
  | "bot_transferred"
  | "bot_share_changed"
  | "bot_share_ended"
  | "tag_shared"
  | "tag_share_changed"
  | "tag_share_ended"
  | "bot_token_viewed"
  | "bot_token_rotated"
  | "backup_restored";

const WARNINGS: readonly SecurityEvent[] = [
  "login_link_used",
  "sign_in_failed",
  "sign_in_locked",
  "password_confirmation_failed",
  "step_up_failed",
  "account_disowned",
];

/** Writes one line, `msg` "security event", with `event`, the request and `fields`. */
export function logSecurity(event: SecurityEvent, fields: Record<string, unknown> = {}): void {
  const level = WARNINGS.includes(event) ? "warn" : "info";
  const { request_id, address } = currentContext()?.origin ?? {};
  logger[level]({ event, ...(request_id && { request_id, address }), ...fields }, "security event");
}

/** Returns the caller as fields of a log line. */
export const actorFields = (actor: Actor): Record<string, unknown> =>
  actor.kind === "user"
    ? { actor_id: actor.user_id, actor: actor.username, session_id: actor.session_id, key_id: actor.key_id }
    : actor.kind === "bot"
      ? { bot_id: actor.bot_id }
      : {};
