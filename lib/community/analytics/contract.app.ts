/** Contract of the active sessions as document 003's mobile app lists them. */
import { z } from "zod";
import { type Operation, Time } from "@/lib/core/contract";

const count = z.number().int().min(0);
const AppSession = z.object({
  username: z.string(),
  role: z.string(),
  discord_id: z.string().meta({ description: "`legacy_user` for somebody without one." }),
  last_seen: Time,
  seconds_ago: count,
  ip: z.string().meta({ description: "Where the sign-in came from; empty for an API key." }),
  user_agent: z.string(),
  last_endpoint: z.string().meta({ description: "The route of the last request, without ids." }),
  app_version: z.string(),
  platform: z.string(),
  device_info: z.string(),
});
export type AppSession = z.infer<typeof AppSession>;

export const listAppSessions = {
  id: "listAppSessions",
  method: "GET",
  path: "/api/admin/active-sessions",
  summary: "List active sessions as document 003's app shows them",
  description: "The sessions of `GET /api/active-sessions`. `recent_activity` has the last request of the newest 20.",
  document: "original 003: Mobile App",
  response: z.object({
    sessions: z.array(AppSession),
    total_active: count,
    recent_activity: z.array(z.object({ username: z.string(), endpoint: z.string(), timestamp: Time })),
    checked_at: Time,
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
