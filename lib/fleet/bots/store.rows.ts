/**
 * Rows of the bot table, and the API form built from them. Times are epoch milliseconds, JSON columns text (decision
 * 001).
 */
import { iso, isoOrNull } from "@/lib/core/clock";
import { type ColumnMap, fieldsOf, type Row } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { firstOwner, firstOwnerText } from "@/lib/identity/teams";
import type { Bot, BotChange } from "./contract";
import { nameKeyOf, reportedTags } from "./tags/labels";

/**
 * Status of a bot that is being deleted. The bot keeps its row, and so its id, until its logs and messages are gone,
 * but is shown to no one.
 */
export const DELETING = "deleting";

/** Columns that no reader of a whole bot needs. */
type Unread =
  | "epoch"
  | "manifest"
  | "manifest_version"
  | "shown_seq"
  | "name_key"
  | "total_commands"
  | "completed_commands"
  | "total_logs"
  | "warning_logs"
  | "critical_logs"
  | "total_messages";
/** `team_id` is the team that owns the bot, `owner_id` the person whom documents show as its owner. */
export type BotRow = Omit<Row<"bot">, Unread | "origin"> & { origin: Bot["origin"]; team_id: number | null };

/** The columns of a row that are read as they are. The type check fails if a column is missing. */
const PLAIN = Object.keys({
  id: 1,
  name: 1,
  status: 1,
  status_since: 1,
  origin: 1,
  metadata: 1,
  settings: 1,
  settings_version: 1,
  version: 1,
  token_hash: 1,
  token_cipher: 1,
  created_at: 1,
  last_active: 1,
  unclaimed_until: 1,
  claim_code: 1,
  joined_from: 1,
  pending_commands: 1,
  failed_commands: 1,
  cancelled_commands: 1,
  error_logs: 1,
  parts_online: 1,
  parts_of: 1,
  tags: 1,
} satisfies Record<Exclude<keyof BotRow, Owners>, 1>) as Exclude<keyof BotRow, Owners>[];
type Owners = "owner_id" | "team_id";
/** All columns of a row, for Kysely and for statements that are text. */
export const COLUMNS = [...PLAIN, "bot.owner_id as team_id", firstOwner("bot.owner_id").as("owner_id")] as const;
export const COLUMNS_TEXT = `${PLAIN.join(", ")}, bot.owner_id AS team_id, ${firstOwnerText("bot.owner_id")} AS owner_id`;

/** Maps each editable field to its column. */
export const CHANGES: ColumnMap<BotChange, "bot"> = {
  name: (name) => ({ name, name_key: nameKeyOf(name) }),
  metadata: (metadata) => ({ metadata: JSON.stringify(metadata) }),
};
export const CHANGE_FIELDS = fieldsOf(CHANGES);

/** The tags in stored metadata. Most bots report none, so the text is searched before it is read a second time. */
const reportedIn = (metadata: string): string[] =>
  metadata.includes('"tags"') ? reportedTags(readJson(metadata)) : [];

/** Converts a row to the API form. */
export const toBot = (row: BotRow): Bot => ({
  id: row.id,
  name: row.name,
  status: row.status,
  status_since: iso(row.status_since),
  created_at: iso(row.created_at),
  last_active: isoOrNull(row.last_active),
  owner_id: row.owner_id,
  team_id: row.team_id,
  metadata: readJson(row.metadata),
  tags: readJson(row.tags),
  reported_tags: reportedIn(row.metadata),
  origin: row.origin,
  version: row.version,
  settings_version: row.settings_version,
  pending_commands: row.pending_commands,
  failed_commands: row.failed_commands,
  cancelled_commands: row.cancelled_commands,
  error_logs: row.error_logs,
  parts: row.parts_of === null ? null : { online: row.parts_online ?? 0, of: row.parts_of },
});
