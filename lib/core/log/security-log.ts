/**
 * Log lines about access: the actor, the address and the request. They never contain a secret or a name that somebody
 * typed, which may be a password in the wrong field.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Actor } from "@/lib/core/actor";
import { logger } from "./logger";

type RequestContext = { request_id: string; address: string };

const requests = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that security events logged inside it name the request. */
export const withinRequest = <T>(request: RequestContext, work: () => T): T => requests.run(request, work);

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
  | "api_key_created"
  | "api_key_revoked"
  | "session_ended"
  | "role_changed"
  | "account_registered"
  | "account_deleted"
  | "server_claimed"
  | "email_verified"
  | "bot_token_viewed"
  | "bot_token_rotated"
  | "backup_restored";

const WARNINGS: readonly SecurityEvent[] = ["sign_in_failed", "sign_in_locked", "password_confirmation_failed"];

/** Writes one line, `msg` "security event", with `event`, the request and `fields`. */
export function logSecurity(event: SecurityEvent, fields: Record<string, unknown> = {}): void {
  const level = WARNINGS.includes(event) ? "warn" : "info";
  logger[level]({ event, ...requests.getStore(), ...fields }, "security event");
}

/** Returns the caller as fields of a log line. */
export const actorFields = (actor: Actor): Record<string, unknown> =>
  actor.kind === "user"
    ? { actor_id: actor.user_id, actor: actor.username, session_id: actor.session_id, key_id: actor.key_id }
    : actor.kind === "bot"
      ? { bot_id: actor.bot_id }
      : {};
