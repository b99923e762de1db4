/**
 * Writes notifications with their recipients in one transaction: inbox rows and, for each device and mailbox, a
 * delivery. Deliveries are the sender's queue: a lease is a later `due_at`, so the deliveries of a process that died
 * fall due again by themselves.
 */

import { iso, isoOrNull } from "@/lib/core/clock";
import { db, insertMany, listed, type Param, type Sql } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Channel, Kind, Priority } from "./contract";
import { INBOX_MAX } from "./contract.constants";
import type { Delivery } from "./contract.devices";
import { type NotificationRow, preferencesOf } from "./store";

export type Person = { id: number };
/** A notification before it has recipients. `group`: a burst with the same group is one notification per person. */
export type Note = {
  kind: Kind;
  title: string;
  body: string;
  url: string | null;
  priority: Priority;
  group: string | null;
};
/** The decision of `plan` for one person. */
type Plan = { in_app: boolean; email: boolean; device: (channel: "web_push" | "fcm") => boolean };
export type Planner = (stored: string | undefined, priority: Priority) => Plan;
export type How = { at: number; plan: Planner; newId: () => string };
export type Inserted = Omit<NotificationRow, "seq">;

export type DeliveryJob = {
  seq: number;
  user_id: number;
  notification_id: string;
  channel: Exclude<Channel, "in_app">;
  device_id: string | null;
  payload: string;
  attempts: number;
  created_at: number;
};
export type Outcome = {
  status: "sent" | "failed" | "dropped" | "queued";
  error: string | null;
  /** When to try again, for `queued`. */
  due_at: number;
};

/** A burst may go on: its mail waits for the end, its push until whoever looks at the thing just now has marked it read. */
const MAIL_DELAY_MS = 60_000;
const PUSH_DELAY_MS = 3_000;
const NOTIFICATION_COLUMNS =
  "id text, user_id integer, kind text, title text, body text, url text, priority text, group_key text, count integer, created_at bigint";
const DELIVERY_COLUMNS =
  "user_id integer, notification_id text, channel text, device_id text, group_key text, payload text, status text, rank integer, attempts integer, created_at bigint, due_at bigint";

/** Tells `people` inside `tx`. @returns the inbox rows, for the live event */
export async function post(tx: Sql, people: Person[], note: Note, { at, plan, newId }: How): Promise<Inserted[]> {
  // Two at once would each begin the burst anew.
  if (note.group && tx.provider === "postgresql")
    await tx.all("SELECT pg_advisory_xact_lock(hashtext($1))", [`notification:${note.group}`]);
  const ids = JSON.stringify(people.map((person) => person.id));
  const stored = await preferencesOf(
    tx,
    people.map((person) => person.id),
  );
  const devices = new Map<number, { id: string; channel: "web_push" | "fcm" }[]>();
  for (const { user_id, ...device } of await tx.all<{ id: string; user_id: number; channel: "web_push" | "fcm" }>(
    `SELECT id, user_id, channel FROM push_device WHERE user_id IN (${listed(tx, 1, "bigint")})`,
    [ids],
  ))
    devices.set(user_id, [...(devices.get(user_id) ?? []), device]);

  // A burst goes on: what is unread of it, and what of it still waits, is made anew.
  const before = new Map<number, { id: string; count: number }>();
  const mailDue = new Map<number, number>();
  if (note.group) {
    for (const row of await tx.all<{ id: string; user_id: number; count: number }>(
      `DELETE FROM notification WHERE group_key = $2 AND read_at IS NULL AND user_id IN (${listed(tx, 1, "bigint")})
       RETURNING id, user_id, count`,
      [ids, note.group],
    ))
      before.set(row.user_id, row);
    for (const row of await tx.all<{ user_id: number; channel: string; due_at: number }>(
      `UPDATE delivery SET status = 'dropped', error = 'a newer one took its place', finished_at = $3
       WHERE group_key = $2 AND status = 'queued' AND attempts = 0 AND user_id IN (${listed(tx, 1, "bigint")})
       RETURNING user_id, channel, due_at`,
      [ids, note.group, at],
    ))
      if (row.channel === "email") mailDue.set(row.user_id, row.due_at);
  }

  const rows: Inserted[] = [];
  const deliveries: object[] = [];
  for (const person of people) {
    const wanted = plan(stored.get(person.id), note.priority);
    const burst = before.get(person.id);
    const id = burst?.id ?? newId();
    const count = (burst?.count ?? 0) + 1;
    const row: Inserted = {
      ...{ id, user_id: person.id, kind: note.kind, title: note.title, body: note.body, url: note.url },
      ...{ priority: note.priority, group_key: note.group, count, created_at: at, read_at: null },
    };
    if (wanted.in_app) rows.push(row);
    const payload = JSON.stringify({
      ...{ id, kind: note.kind, title: note.title, body: note.body, url: note.url, priority: note.priority, at },
      tag: note.group ?? id,
    });
    const delivery = (channel: string, device: string | null, due: number) => ({
      ...{ user_id: person.id, notification_id: id, channel, device_id: device, group_key: note.group, payload },
      ...{ status: "queued", rank: note.kind === "broadcast" ? 1 : 0, attempts: 0, created_at: at, due_at: due },
    });
    for (const device of devices.get(person.id) ?? [])
      if (wanted.device(device.channel))
        deliveries.push(delivery(device.channel, device.id, note.group ? at + PUSH_DELAY_MS : at));
    if (wanted.email)
      deliveries.push(delivery("email", null, note.group ? (mailDue.get(person.id) ?? at + MAIL_DELAY_MS) : at));
  }
  await insertMany(tx, "notification", NOTIFICATION_COLUMNS, rows);
  await insertMany(tx, "delivery", DELIVERY_COLUMNS, deliveries);
  for (const { user_id } of rows)
    await tx.run(
      `DELETE FROM notification WHERE user_id = $1 AND seq <= (
         SELECT seq FROM notification WHERE user_id = $1 ORDER BY seq DESC LIMIT 1 OFFSET ${INBOX_MAX})`,
      [user_id],
    );
  return rows;
}

export function createQueueStore() {
  return {
    /** The active people among `ids`, or of one of `roles`, after `afterId`; by id. */
    async people(who: { ids: number[] } | { roles: string[] }, afterId: number, limit: number): Promise<Person[]> {
      const sql = db();
      const [where, value] =
        "ids" in who ? [`id IN (${listed(sql, 3, "bigint")})`, who.ids] : [`role IN (${listed(sql, 3)})`, who.roles];
      return sql.all<Person>(`SELECT id FROM "user" WHERE is_active AND id > $1 AND ${where} ORDER BY id LIMIT $2`, [
        afterId,
        limit,
        JSON.stringify(value),
      ]);
    },

    /** Where a person's mail goes; null when they are gone or deactivated. */
    async address(userId: number): Promise<string | null> {
      const [row] = await db().all<{ email: string }>('SELECT email FROM "user" WHERE id = $1 AND is_active', [userId]);
      return row?.email ?? null;
    },

    tell: (people: Person[], note: Note, how: How): Promise<Inserted[]> =>
      db().write((tx) => post(tx, people, note, how)),

    /**
     * Takes up to `limit` deliveries of `channel` that are due, announcements last: thousands of those must not hold up a warning.
     * Nobody else is given them before `until`.
     */
    async lease(channel: DeliveryJob["channel"], limit: number, at: number, until: number): Promise<DeliveryJob[]> {
      const due = "status = 'queued' AND due_at <= $1 AND channel = $2";
      // Most of the time there is nothing, and a look does not disturb other writers.
      if ((await db().all(`SELECT 1 AS one FROM delivery WHERE ${due} LIMIT 1`, [at, channel])).length === 0) return [];
      return db().write((tx) =>
        tx.all<DeliveryJob>(
          `UPDATE delivery SET attempts = attempts + 1, due_at = $3 WHERE seq IN (
             SELECT seq FROM delivery WHERE ${due} ORDER BY rank, due_at, seq LIMIT $4
             ${tx.provider === "postgresql" ? "FOR UPDATE SKIP LOCKED" : ""})
           RETURNING seq, user_id, notification_id, channel, device_id, payload, attempts, created_at`,
          [at, channel, until, limit],
        ),
      );
    },

    /** Was the notification read in the inbox meanwhile? */
    async wasRead(id: string): Promise<boolean> {
      const [row] = await db().all<{ read_at: number | null }>("SELECT read_at FROM notification WHERE id = $1", [id]);
      return row !== undefined && row.read_at !== null;
    },

    /** Writes down what became of a leased delivery; nothing if another process leased it since. */
    async settle(job: DeliveryJob, outcome: Outcome, at: number): Promise<void> {
      const finished = outcome.status === "queued" ? null : at;
      await db().write(async (tx) => {
        const changed = await tx.run(
          `UPDATE delivery SET status = $3, error = $4, due_at = $5, finished_at = $6
           WHERE seq = $1 AND attempts = $2 AND status = 'queued'`,
          [job.seq, job.attempts, outcome.status, outcome.error, outcome.due_at, finished],
        );
        if (changed > 0 && job.device_id) await markDevice(tx, job.device_id, outcome, at);
      });
    },

    /** Notes on the device what came of the last message to it. */
    mark: (deviceId: string, outcome: Outcome, at: number): Promise<void> =>
      db().write((tx) => markDevice(tx, deviceId, outcome, at)),

    /** A device that takes nothing any more, and what waited for it. */
    async drop(deviceId: string, error: string, at: number): Promise<void> {
      await db().write(async (tx) => {
        await tx.run("DELETE FROM push_device WHERE id = $1", [deviceId]);
        await tx.run(
          "UPDATE delivery SET status = 'dropped', error = $2, finished_at = $3 WHERE device_id = $1 AND status = 'queued'",
          [deviceId, error, at],
        );
      });
    },

    async deliveries(
      userId: number,
      { limit, before, status }: { limit: number; before?: number; status?: string },
    ): Promise<{ deliveries: Delivery[]; last?: number; more: boolean }> {
      const params: Param[] = [userId, limit + 1];
      const where = ["user_id = $1"];
      if (before !== undefined) where.push(`seq < $${params.push(before)}`);
      if (status) where.push(`status = $${params.push(status)}`);
      const rows = await db().all<
        Omit<DeliveryJob, "created_at"> &
          Record<"created_at" | "finished_at", number> & { status: Delivery["status"]; error: string | null }
      >(
        `SELECT seq, user_id, notification_id, channel, device_id, payload, attempts, created_at, status, error, finished_at
         FROM delivery WHERE ${where.join(" AND ")} ORDER BY seq DESC LIMIT $2`,
        params,
      );
      const page = rows.slice(0, limit);
      return {
        deliveries: page.map((row) => {
          const { kind, title } = readJson(row.payload) as { kind: string; title: string };
          return {
            ...{ id: String(row.seq), notification_id: row.notification_id, channel: row.channel },
            ...{ device_id: row.device_id, kind, title, status: row.status, attempts: row.attempts, error: row.error },
            ...{ created_at: iso(row.created_at), finished_at: isoOrNull(row.finished_at) },
          };
        }),
        last: page.at(-1)?.seq,
        more: rows.length > limit,
      };
    },
  };
}

async function markDevice(tx: Sql, id: string, { status, error }: Outcome, at: number): Promise<void> {
  await tx.run(
    "UPDATE push_device SET last_sent_at = COALESCE($2, last_sent_at), last_status = $3, last_error = $4 WHERE id = $1",
    [id, status === "sent" ? at : null, status, error],
  );
}

export type QueueStore = ReturnType<typeof createQueueStore>;
