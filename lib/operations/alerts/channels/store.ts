/** Channels and the sender's queue. A lease is a later `due_at`, so what a process that died was sending is due again by itself. */

import { iso, isoOrNull } from "@/lib/core/clock";
import { db, type Param } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Severity } from "@/lib/operations/alerts/contract";
import type { AlertChannel, AlertDelivery, ChannelKind } from "./contract";

export type ChannelRow = {
  id: string;
  owner_id: number;
  global: number;
  kind: ChannelKind;
  name: string;
  /** Sealed. */
  address: string;
  hint: string;
  min_severity: Severity;
  enabled: number;
  version: number;
  last_status: AlertChannel["last_status"];
  last_error: string | null;
  last_sent_at: number | null;
  created_at: number;
  /** Null for mail nobody has agreed to yet. */
  confirmed_at: number | null;
  paused_until: number | null;
};
export type Job = {
  id: string;
  channel_id: string;
  alert_id: string | null;
  payload: string;
  attempts: number;
  created_at: number;
};
export type Outcome = { status: "sent" | "failed" | "dropped" | "queued"; error: string | null; due_at: number };

const COLUMNS =
  "id, owner_id, global, kind, name, address, hint, min_severity, enabled, version, last_status, last_error, last_sent_at, created_at, confirmed_at, paused_until";
export const toChannel = (row: ChannelRow): AlertChannel => ({
  channel_id: row.id,
  kind: row.kind,
  name: row.name,
  hint: row.hint,
  global: row.global === 1,
  min_severity: row.min_severity,
  enabled: row.enabled === 1,
  version: row.version,
  last_status: row.last_status,
  last_error: row.last_error,
  last_sent_at: isoOrNull(row.last_sent_at),
  created_at: iso(row.created_at),
  confirmed: row.kind !== "email" || row.confirmed_at !== null,
});

export function createChannelStore() {
  return {
    async list(userId: number, withGlobal: boolean): Promise<ChannelRow[]> {
      return db().all<ChannelRow>(
        `SELECT ${COLUMNS} FROM alert_channel WHERE (owner_id = $1 AND global = 0)${withGlobal ? " OR global = 1" : ""}
         ORDER BY seq DESC LIMIT 1000`,
        [userId],
      );
    },

    async get(id: string): Promise<ChannelRow | undefined> {
      return (await db().all<ChannelRow>(`SELECT ${COLUMNS} FROM alert_channel WHERE id = $1`, [id]))[0];
    },

    /** False when the person has `max` already. */
    async add(
      row: Pick<
        ChannelRow,
        | "id"
        | "owner_id"
        | "global"
        | "kind"
        | "name"
        | "address"
        | "hint"
        | "min_severity"
        | "created_at"
        | "confirmed_at"
      >,
      max: number,
    ): Promise<boolean> {
      return db().write(async (tx) => {
        const [{ n }] = (await tx.all<{ n: number }>("SELECT count(*) AS n FROM alert_channel WHERE owner_id = $1", [
          row.owner_id,
        ])) as [{ n: number }];
        if (n >= max) return false;
        await tx.run(
          `INSERT INTO alert_channel (id, owner_id, global, kind, name, address, hint, min_severity, created_at, confirmed_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          [
            ...[row.id, row.owner_id, row.global, row.kind, row.name],
            ...[row.address, row.hint, row.min_severity, row.created_at, row.confirmed_at],
          ],
        );
        return true;
      });
    },

    /** @returns false when the channel is gone, or no longer at version `expected` */
    async put(
      id: string,
      change: { name?: string; enabled?: boolean; min_severity?: Severity },
      expected?: number,
    ): Promise<boolean> {
      const { name = null, enabled, min_severity = null } = change;
      const changed = await db().run(
        `UPDATE alert_channel SET name = COALESCE($2, name), min_severity = COALESCE($3, min_severity),
           enabled = COALESCE($4, enabled), version = version + 1, missing = CASE WHEN $4 = 1 THEN 0 ELSE missing END,
           missing_since = CASE WHEN $4 = 1 THEN NULL ELSE missing_since END
         WHERE id = $1 AND version = COALESCE(CAST($5 AS INTEGER), version)`,
        [id, name, min_severity, enabled === undefined ? null : enabled ? 1 : 0, expected ?? null],
      );
      return changed > 0;
    },

    remove: (id: string): Promise<number> => db().run("DELETE FROM alert_channel WHERE id = $1", [id]),

    /** Takes up to `limit` that are due; nobody else is given them before `until`. */
    async lease(limit: number, at: number, until: number): Promise<Job[]> {
      const due = `status = 'queued' AND due_at <= $1
        AND channel_id NOT IN (SELECT id FROM alert_channel WHERE paused_until > $1)`;
      if ((await db().all(`SELECT 1 AS one FROM alert_delivery WHERE ${due} LIMIT 1`, [at])).length === 0) return [];
      return db().write((tx) =>
        tx.all<Job>(
          `UPDATE alert_delivery SET attempts = attempts + 1, due_at = $2 WHERE seq IN (
             SELECT seq FROM alert_delivery WHERE ${due} ORDER BY due_at, seq LIMIT $3
             ${tx.provider === "postgresql" ? "FOR UPDATE SKIP LOCKED" : ""})
           RETURNING id, channel_id, alert_id, payload, attempts, created_at`,
          [at, until, limit],
        ),
      );
    },

    /** Records the outcome of a leased message; does nothing if another process leased it since. */
    async settle(job: Job, { status, error, due_at }: Outcome, at: number): Promise<void> {
      const over = status === "queued" ? null : at;
      const values: Param[] = [job.id, job.attempts, status, error, due_at, over];
      const changed = await db().run(
        `UPDATE alert_delivery SET status = $3, error = $4, due_at = $5, finished_at = $6
         WHERE id = $1 AND attempts = $2 AND status = 'queued'`,
        values,
      );
      if (changed > 0) await this.mark(job.channel_id, { status, error }, at);
    },

    /** Gives back a leased message that was not sent: the lease does not count as an attempt. */
    async release(job: Job, dueAt: number): Promise<void> {
      await db().run(
        `UPDATE alert_delivery SET attempts = attempts - 1, due_at = $3
         WHERE id = $1 AND attempts = $2 AND status = 'queued'`,
        [job.id, job.attempts, dueAt],
      );
    },

    /** Pauses the channel in every process until `until`; with `everywhere`, every channel of its kind. */
    async pause(channel: Pick<ChannelRow, "id" | "kind">, everywhere: boolean, until: number): Promise<void> {
      const where = everywhere ? "kind = $1" : "id = $1";
      await db().run(`UPDATE alert_channel SET paused_until = $2 WHERE ${where}`, [
        ...[everywhere ? channel.kind : channel.id, until],
      ]);
    },

    /** Counts an answer of 404. @returns how many in a row it makes, and since when */
    async countMissing(id: string, at: number): Promise<{ missing: number; missing_since: number } | undefined> {
      const rows = await db().write((tx) =>
        tx.all<{ missing: number; missing_since: number }>(
          `UPDATE alert_channel SET missing = missing + 1, missing_since = COALESCE(missing_since, $2) WHERE id = $1
           RETURNING missing, missing_since`,
          [id, at],
        ),
      );
      return rows[0];
    },

    /** Notes on the channel what came of its last message. */
    async mark(id: string, { status, error }: Pick<Outcome, "status" | "error">, at: number): Promise<void> {
      await db().run(
        "UPDATE alert_channel SET last_status = $2, last_error = $3, last_sent_at = COALESCE($4, last_sent_at), missing = CASE WHEN $2 = 'sent' THEN 0 ELSE missing END, missing_since = CASE WHEN $2 = 'sent' THEN NULL ELSE missing_since END WHERE id = $1",
        [id, status, error, status === "sent" ? at : null],
      );
    },

    async deliveries(channelId: string): Promise<AlertDelivery[]> {
      const rows = await db().all<{
        id: string;
        alert_id: string | null;
        alert: string | null;
        payload: string;
        status: AlertDelivery["status"];
        attempts: number;
        error: string | null;
        created_at: number;
        due_at: number;
        finished_at: number | null;
      }>(
        `SELECT d.id, d.alert_id, a.message AS alert, d.payload, d.status, d.attempts, d.error, d.created_at, d.due_at, d.finished_at
         FROM alert_delivery d LEFT JOIN alert a ON a.id = d.alert_id WHERE d.channel_id = $1 ORDER BY d.seq DESC LIMIT 50`,
        [channelId],
      );
      return rows.map(({ id, payload, created_at, due_at, finished_at, ...row }) => ({
        ...row,
        delivery_id: id,
        event: (readJson(payload) as { event: AlertDelivery["event"] }).event,
        created_at: iso(created_at),
        next_try_at: row.status === "queued" ? iso(due_at) : null,
        finished_at: isoOrNull(finished_at),
      }));
    },

    /** Queues what failed anew. @returns undefined: no such message; false: it has not failed, or its alert is gone */
    async retry(channelId: string, id: string, at: number): Promise<boolean | undefined> {
      const changed = await db().run(
        `UPDATE alert_delivery SET status = 'queued', attempts = 0, error = NULL, due_at = $3, finished_at = NULL
         WHERE id = $1 AND channel_id = $2 AND status = 'failed'
           AND EXISTS (SELECT 1 FROM alert a WHERE a.id = alert_delivery.alert_id)`,
        [id, channelId, at],
      );
      if (changed > 0) return true;
      const sql = "SELECT 1 AS one FROM alert_delivery WHERE id = $1 AND channel_id = $2";
      return (await db().all(sql, [id, channelId])).length > 0 ? false : undefined;
    },

    async sweep(before: number): Promise<void> {
      await db().run("DELETE FROM alert_delivery WHERE finished_at < $1", [before]);
    },
  };
}

export type ChannelStore = ReturnType<typeof createChannelStore>;
