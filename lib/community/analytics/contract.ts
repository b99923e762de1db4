/**
 * Contract of analytics: sessions, actions, active people. Source: document 003 "Analytics". The figures themselves
 * are part of GET /api/stats (lib/operations/stats/contract.ts).
 */
import { z } from "zod";
import { Bom, EditedVersion, type Operation, Success, Time, Version, WholeNumber } from "@/lib/core/contract";

export const Platform = z.enum(["web", "android", "ios", "desktop", "api"]);
export type Platform = z.infer<typeof Platform>;

const count = z.number().int().min(0);
const Day = z.iso.date().meta({ example: "2026-01-31" });

/** The longest span that can be asked for, in days. */
const MAX_DAYS = 3650;

/** The period of a report: whole UTC days, of which today is the last. */
export const Days = WholeNumber(0, MAX_DAYS).meta({
  type: "integer",
  description: "7, 30, 90 or any other number of days up to 3650; 0 or omitted means all time",
});

const Totals = z.object({
  active_users: count.nullable().meta({ description: "Distinct people; null where the sessions are no longer kept" }),
  total_sessions: count,
  avg_session_duration: count.meta({ description: "Seconds" }),
  total_actions: count,
  page_views: count,
});

export const SeriesRow = z.object({
  day: Day,
  users: count.meta({ description: "Distinct people of the day; their average where a row is a week" }),
  sessions: count,
  avg_session_duration: count,
  actions: count,
  page_views: count,
});
export type SeriesRow = z.infer<typeof SeriesRow>;

/** Document 003's analytics overview, and the series that a page draws beside it. */
export const Analytics = z
  .object({
    total_users: count.meta({ description: "Accounts" }),
    active_users_7d: count,
    total_sessions: count,
    avg_session_duration: count.meta({ description: "Seconds" }),
    total_actions: count,
    active_users: count,
    page_views: count,
    days: count.meta({ description: "0: all time" }),
    from: Day,
    to: Day,
    previous: Totals.nullable().meta({ description: "The same number of days before; null for all time." }),
    bucket: z.enum(["day", "week"]),
    series: z.array(SeriesRow),
    platforms: z.array(z.object({ platform: Platform, sessions: count, actions: count })),
    features: z.array(z.object({ feature: z.string(), actions: count, page_views: count })),
    top_actions: z
      .array(z.object({ feature: z.string(), action: z.string(), count }))
      .meta({ description: "Over the sessions that are still kept." }),
  })
  .meta({ id: "Analytics" });
export type Analytics = z.infer<typeof Analytics>;

export const ActiveSession = z
  .object({
    session_id: z.string(),
    user_id: z.string(),
    username: z.string(),
    platform: Platform,
    device: z.string().nullable(),
    version: z.string().nullable(),
    started_at: Time,
    last_activity: Time,
    duration: count.meta({ description: "Seconds from the first to the last request" }),
    credential: z.enum(["session", "api_key"]),
    current: z.boolean().meta({ description: "It is the caller's own" }),
  })
  .meta({ id: "ActiveSession" });
export type ActiveSession = z.infer<typeof ActiveSession>;

export const listActiveSessions = {
  id: "listActiveSessions",
  method: "GET",
  path: "/api/active-sessions",
  summary: "List active sessions",
  description:
    "Sessions with a request in the last 30 minutes, latest first. At most 500 are listed; `count` is their total number. A session is one credential on one platform within a UTC day. Clients may identify themselves with X-Client-Platform (web, android, ios, desktop, api), X-Client-Version and X-Client-Device; otherwise the User-Agent is used.",
  document: "003 Analytics: GET /api/active-sessions",
  response: z.object({ sessions: z.array(ActiveSession), count }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const endActiveSession = {
  id: "endActiveSession",
  method: "DELETE",
  path: "/api/active-sessions/{session_id}",
  summary: "Sign out a session",
  description: "Ends the sign-in of the session. 409 for a session of an API key: revoke the key instead.",
  document: "muster",
  params: z.object({ session_id: z.string().max(64) }),
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const trackPageView = {
  id: "trackPageView",
  method: "POST",
  path: "/api/analytics/view",
  summary: "Record a page view of the console",
  description:
    "Page views are counted by part of the console, not by URL: IDs and searches are not stored. Do-Not-Track is respected.",
  document: "muster",
  body: z.object({
    path: z.string().max(200).regex(/^\//, { error: "must begin with /" }).meta({ example: "/dashboard/bots" }),
  }),
  maxBody: 1024,
  response: Success,
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

/** `keep_days`: how long single sessions are kept; the figures of past days stay. */
export const AnalyticsSettings = z.object({ keep_days: z.number().int().min(30).max(MAX_DAYS) });
export type AnalyticsSettings = z.infer<typeof AnalyticsSettings>;

export const getAnalyticsSettings = {
  id: "getAnalyticsSettings",
  method: "GET",
  path: "/api/analytics/settings",
  summary: "Get the retention period of sessions",
  document: "muster",
  response: AnalyticsSettings.extend({ version: Version }),
  etag: "version",
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const putAnalyticsSettings = {
  id: "putAnalyticsSettings",
  method: "PUT",
  path: "/api/analytics/settings",
  summary: "Set the retention period of sessions",
  description: "Older sessions are removed in the background after their day has been summarized.",
  document: "muster",
  body: AnalyticsSettings.extend({ version: EditedVersion }),
  response: AnalyticsSettings.extend({ version: Version }),
  update: "closed",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const exportAnalytics = {
  id: "exportAnalytics",
  method: "GET",
  path: "/api/export/analytics",
  summary: "Export analytics for a period",
  description: "`csv`: one row per day. `json`: everything that GET /api/stats returns to staff, with one row per day.",
  document: "muster",
  query: z.object({ days: Days, format: z.enum(["json", "csv"]).default("csv"), bom: Bom }),
  response: z.looseObject({}),
  alsoProduces: ["text/csv"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
