/**
 * Contract of the statistics. Source: document 000 "Statistics & Analytics APIs" and "Get Bot Info"; 002 "Statistics
 * Endpoints" and "User Endpoints"; 003 "Analytics" and "Admin".
 */
import { z } from "zod";
import { Analytics, Days } from "@/lib/community/analytics/contract";
import { BotId, type Operation, Time } from "@/lib/core/contract";
import { CommandCounts } from "@/lib/fleet/bots/contract.info";
import { getUser, Member, UserId, UserProfile, UserRow } from "@/lib/identity/accounts/contract";
import { listUsers, NextCursor, searchUsers } from "@/lib/identity/accounts/contract.list";

const count = z.number().int().min(0);
const BotParams = z.object({ bot_id: BotId });

export const getStatsOverview = {
  id: "getStatsOverview",
  method: "GET",
  path: "/api/stats/overview",
  summary: "Get totals of everything you can see",
  description: "`user_bots` counts your own bots. For admins and moderators the other counts cover the whole server.",
  document: "000 Statistics & Analytics APIs: Get Overview Stats",
  response: z.object({
    total_users: count,
    total_bots: count,
    user_bots: count,
    total_commands: count,
    pending_commands: count,
    total_logs: count,
    total_messages: count,
    connected_clients: count,
    online_bots: count,
    failed_commands: count,
    cancelled_commands: count.meta({ description: "Those of `failed_commands` that a person cancelled." }),
    error_logs: count,
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;
export type StatsOverview = z.infer<typeof getStatsOverview.response>;

export const getBotStats = {
  id: "getBotStats",
  method: "GET",
  path: "/api/stats/bot/{bot_id}",
  summary: "Get a bot's totals",
  document: "000 Statistics & Analytics APIs: Get Bot Statistics",
  params: BotParams,
  response: CommandCounts.extend({
    total_logs: count,
    total_messages: count,
    command_types: z.record(z.string(), count),
  }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const getServerStats = {
  id: "getServerStats",
  method: "GET",
  path: "/api/stats",
  summary: "Get the server's statistics, with analytics for staff",
  description:
    "Returns document 002's fields to every signed-in user. Admins and moderators also get document 003's analytics of the last `days` days. `totalDownloads` and `totalUploads` count finished transfers.",
  document: "002 Statistics Endpoints: GET /api/stats; 003 Analytics: GET /api/stats",
  query: z.object({ days: Days }),
  response: z.object({
    version: z.string(),
    uptime: z.string().meta({ example: "5d 3h 25m" }),
    activeTasks: count,
    totalDownloads: count,
    totalUploads: count,
    totalUsers: count,
    diskUsage: z.string().meta({ example: "45%" }),
    memoryUsage: z.string().meta({ example: "52%" }),
    ...Analytics.partial().shape,
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

export const getAdminStats = {
  id: "getAdminStats",
  method: "GET",
  path: "/api/admin/stats",
  summary: "Get statistics over all bots",
  description: [
    "`bot_uptime`: seconds for which the longest-running bot has been online, 0 if no bot is online. ",
    "`total_guilds` and `total_members` add up what bots synced: `guild_count` and `member_count` (or `guilds` and `members`) ",
    "of the metadata where they are numbers, else the number of groups and the sum of their `member_count`. ",
    "A group that two bots are in counts twice. They may be a minute old.",
  ].join(""),
  document: "003 Admin: GET /api/admin/stats",
  response: z.object({
    bot_uptime: count,
    total_guilds: count,
    total_members: count,
    total_tickets: count,
    open_tickets: count,
    server_uptime: count,
    total_bots: count,
    online_bots: count,
    total_friends: count,
    total_users: count,
    active_users_7d: count,
    active_sessions: count,
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

const Activity = z.object({ totalDownloads: count, totalUploads: count, lastActive: Time.nullable() });
/**
 * Accounts and contacts. A contact is a person without an account for whom transfers were requested. A contact's `id`
 * comes from another platform, as text where a JSON number would lose digits; a contact has no address and no rights.
 */
const Kind = z.object({
  kind: z.enum(["account", "contact"]),
  platform: z.string().nullable().meta({ description: "where a contact's id is from" }),
});
const PersonId = z.union([z.number().int(), z.string()]);
const Person = UserRow.extend({ id: PersonId, ...Kind.shape, ...Activity.shape }).meta({ id: "UserWithStats" });
export type Person = z.infer<typeof Person>;
const People = z.object({ users: z.array(Person), count: z.number().int() });

/** Document 000's list, together with the fields of document 002. */
export const listUsersWithStats = {
  ...listUsers,
  description:
    "Accounts, followed by the most recent contacts (`kind`), at most 1000. With `limit`, a page of accounts; with any filter, accounts alone.",
  document: "000 User Management APIs: Get All Users (Admin); 002 User Endpoints: GET /api/users",
  response: People.extend(NextCursor.shape),
} as const satisfies Operation;

export const searchUsersWithStats = {
  ...searchUsers,
  description: "Accounts, followed by contacts (`kind`), by name or ID.",
  response: People,
} as const satisfies Operation;

export const getPerson = {
  ...getUser,
  description:
    "`user` is document 000's answer; the flat fields beside it are document 003's. `user_id` is an account's number, else its Discord id, else a contact's id: for staff, and for the account that made the contact.",
  response: Member.extend({ ...Kind.shape, user: UserProfile.extend({ id: PersonId }) }),
} as const satisfies Operation;

export const getUserStats = {
  id: "getUserStats",
  method: "GET",
  path: "/api/users/{user_id}/stats",
  summary: "Get a user's transfers and last visit",
  description:
    "For yourself, or for any user as an admin. A contact's statistics are visible to staff, and to the account that created it for the transfers which that account requested.",
  document: "002 User Endpoints: GET /api/users/:userId/stats",
  params: UserId,
  response: z.object({
    userId: PersonId,
    username: z.string(),
    downloads: z.object({ total: count, successful: count, failed: count }),
    totalSize: z.string().meta({ example: "125.5 GB" }),
    joinedDate: Time,
    lastActive: Time.nullable(),
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
