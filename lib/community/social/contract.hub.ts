/** Contract of levels, promotions, pictures of other sites and fault reports in document 003's mobile app. Source: the calls of its client. */
import { z } from "zod";
import { Cursor, JsonList, JsonObject, type Operation, Success, Time, WholeNumber } from "@/lib/core/contract";
import { OFF, Person, SOCIAL_DOCUMENT, SOCIAL_ERRORS } from "./contract";

export const LEVEL_UPS_MAX = 500;
export const REPORTS_MAX = 500;
const LATEST_MAX = 100;

const count = z.number().int().min(0);

export const getLeaderboard = {
  id: "getLeaderboard",
  method: "GET",
  path: "/api/levels/leaderboard",
  summary: "List the people with the most experience points",
  description: `${OFF} Points are earned here: by tickets that are opened, posts, memes and requests to play, as the section \`xp\` counts them. Messages on Discord are not counted.`,
  document: SOCIAL_DOCUMENT,
  query: z.object({ limit: WholeNumber(50, LATEST_MAX) }),
  response: Success.extend({
    leaderboard: z.array(
      Person.extend({ rank: count, total_xp: count, xp: count, level: count, xp_for_next_level: count }),
    ),
    total: count,
  }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;

export const listLevelUps = {
  id: "listLevelUps",
  method: "GET",
  path: "/api/hazehub/latest-levelups",
  summary: "List the levels that were last reached",
  description: `${OFF} The newest ${LEVEL_UPS_MAX} are kept.`,
  document: SOCIAL_DOCUMENT,
  query: z.object({ limit: WholeNumber(10, LATEST_MAX) }),
  response: Success.extend({
    levelups: z.array(Person.extend({ new_level: count, timestamp: Time })),
    count,
  }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;

export const listAppRankUps = {
  id: "listAppRankUps",
  method: "GET",
  path: "/api/hazehub/latest-rankups",
  summary: "List the last promotions of linked Rocket League players",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  query: z.object({ limit: WholeNumber(10, LATEST_MAX) }),
  response: Success.extend({
    rankups: z.array(
      Person.extend({
        ...{ rl_username: z.string(), platform: z.string(), mode: z.string() },
        ...{ old_rank: z.string(), new_rank: z.string(), timestamp: Time },
      }),
    ),
    count,
  }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;

export const getProxiedImage = {
  id: "getProxiedImage",
  method: "GET",
  path: "/api/proxy/image",
  summary: "Get a picture of Discord or of a source of memes through this server",
  description: `${OFF} Other hosts are refused. Pictures only, of at most 8 MiB; the last ones are kept in memory for an hour.`,
  document: SOCIAL_DOCUMENT,
  query: z.object({ url: z.url({ protocol: /^https$/, error: "must be an https address" }).max(2048) }),
  response: z.unknown(),
  alsoProduces: ["image/jpeg", "image/png", "image/gif", "image/webp"],
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS, "BAD_GATEWAY", "GATEWAY_TIMEOUT"],
} as const satisfies Operation;

const Fault = z.object({
  message: z.string().max(4_000),
  type: z.string().max(200).default(""),
  stackTrace: z.string().max(20_000).default(""),
  timestamp: z.string().max(64).optional(),
});
const Device = z.object({
  platform: z.string().max(64).default(""),
  version: z.string().max(64).default(""),
  app_version: z.string().max(64).default(""),
});

export const reportAppError = {
  id: "reportAppError",
  method: "POST",
  path: "/api/debug/error-report",
  summary: "Report a fault of the app",
  description: `${OFF} Admins read the newest ${REPORTS_MAX}.`,
  document: SOCIAL_DOCUMENT,
  body: z.object({
    user_consented: z.literal(true, { error: "must be true: a report needs its person's consent" }),
    error: Fault,
    context: JsonObject(16_384).optional(),
    logs: JsonList(200, 32_768).optional(),
    device: Device.optional(),
  }),
  response: Success.extend({ message: z.string(), report_id: count }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;
export type Report = z.output<typeof reportAppError.body>;

const ReportRow = z.object({
  report_id: count,
  reported_by: Person,
  ...{ type: z.string(), message: z.string(), platform: z.string(), app_version: z.string(), at: Time },
  detail: z.record(z.string(), z.unknown()),
});

export const listAppErrors = {
  id: "listAppErrors",
  method: "GET",
  path: "/api/debug/error-reports",
  summary: "List the faults that the app reported (admin)",
  description: "404 that names `features.social` while that setting is off.",
  document: "muster",
  query: z.object({ limit: WholeNumber(20, 100), cursor: Cursor }),
  response: z.object({ reports: z.array(ReportRow), count, next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;
