/** Stored rows of channels and their messages. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Row } from "@/lib/core/db";
import type { Severity } from "@/lib/operations/alerts/contract";
import type { AlertChannel, ChannelKind } from "./contract";

type Typed = { kind: ChannelKind; min_severity: Severity; last_status: AlertChannel["last_status"] };
/** `team_id`: the team whose alerts go there, which the column `owner_id` stores; of a global channel the admin who added it. */
type Owner = { team_id: number };
/** `address` is sealed. `confirmed_at` is null for an email address whose owner has not agreed yet. */
export type ChannelRow = Omit<
  Row<"alert_channel">,
  keyof Typed | "owner_id" | "created_by" | "seq" | "confirm_hash" | "missing" | "missing_since"
> &
  Typed &
  Owner;
/** A message that this process has leased. */
export type Job = Pick<Row<"alert_delivery">, "id" | "channel_id" | "alert_id" | "payload" | "attempts" | "created_at">;
export type Outcome = { status: "sent" | "failed" | "dropped" | "queued"; error: string | null; due_at: number };

export const COLUMNS = [
  ...([
    "id",
    "owner_id as team_id",
    "global",
    "kind",
    "name",
    "address",
    "hint",
    "min_severity",
    "enabled",
    "version",
  ] as const),
  ...(["last_status", "last_error", "last_sent_at", "created_at", "confirmed_at", "paused_until"] as const),
] as const;

export const toChannel = (row: ChannelRow): AlertChannel => ({
  channel_id: row.id,
  kind: row.kind,
  name: row.name,
  hint: row.hint,
  global: row.global === 1,
  team_id: row.global === 1 ? null : row.team_id,
  min_severity: row.min_severity,
  enabled: row.enabled === 1,
  version: row.version,
  last_status: row.last_status,
  last_error: row.last_error,
  last_sent_at: isoOrNull(row.last_sent_at),
  created_at: iso(row.created_at),
  confirmed: row.kind !== "email" || row.confirmed_at !== null,
});
