/** Contract of sessions: where a person is signed in, and how to end it. All our own ("muster"). */
import { z } from "zod";
import { type Operation, Success, Time } from "@/lib/core/contract";

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

export const endSessions = {
  id: "endSessions",
  method: "DELETE",
  path: "/api/auth/sessions",
  summary: "Sign out everywhere",
  description: "Ends all your sessions, and with them open sockets. API keys keep working.",
  document: "muster",
  query: z.object({
    keep_current: z
      .enum(["true", "false"])
      .default("false")
      .transform((text) => text === "true")
      .meta({ type: "boolean", default: false, description: "the session that asks stays" }),
  }),
  response: Success.extend({ ended: z.number().int() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
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
