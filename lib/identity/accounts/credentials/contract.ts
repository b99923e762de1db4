/** Contract of sessions and API keys: what a person is signed in with, and how to end it. All our own ("muster"). */
import { z } from "zod";
import { Name, type Operation, Success, Time } from "@/lib/core/contract";

export const SessionRow = z
  .object({
    id: z.string(),
    created_at: Time,
    last_seen_at: Time,
    expires_at: Time,
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    current: z.boolean(),
  })
  .meta({ id: "Session" });
export type SessionRow = z.infer<typeof SessionRow>;

export const listSessions = {
  id: "listSessions",
  method: "GET",
  path: "/api/auth/sessions",
  summary: "List your sessions",
  document: "muster",
  response: z.object({ sessions: z.array(SessionRow), count: z.number().int() }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const revokeSession = {
  id: "revokeSession",
  method: "DELETE",
  path: "/api/auth/sessions/{session_id}",
  summary: "End one of your sessions",
  document: "muster",
  params: z.object({ session_id: z.string().max(64) }),
  response: Success,
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

/** read < operate < admin; a key never exceeds its user's role. */
export const KeyScope = z.enum(["read", "operate", "admin"]);
export type KeyScope = z.infer<typeof KeyScope>;

export const ApiKeyRow = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    scope: KeyScope,
    created_at: Time,
    expires_at: Time.nullable(),
    last_used_at: Time.nullable(),
  })
  .meta({ id: "ApiKey" });
export type ApiKeyRow = z.infer<typeof ApiKeyRow>;

export const listApiKeys = {
  id: "listApiKeys",
  method: "GET",
  path: "/api/auth/api-keys",
  summary: "List your API keys",
  document: "muster",
  response: z.object({ keys: z.array(ApiKeyRow), count: z.number().int() }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const createApiKey = {
  id: "createApiKey",
  method: "POST",
  path: "/api/auth/api-keys",
  summary: "Create an API key",
  description: "The key is returned only once, in this response.",
  document: "muster",
  body: z.object({
    name: Name(64),
    scope: KeyScope,
    expires_in_days: z.number().int().min(1).max(3650).nullable().default(90),
  }),
  response: Success.extend({ key: ApiKeyRow, secret: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT"],
} as const satisfies Operation;

export const revokeApiKey = {
  id: "revokeApiKey",
  method: "DELETE",
  path: "/api/auth/api-keys/{key_id}",
  summary: "Revoke an API key",
  document: "muster",
  params: z.object({ key_id: z.string().max(64) }),
  response: Success,
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
