/**
 * Writes notifications with their recipients in one transaction: inbox rows and, for each device and mailbox, a
 * delivery. Deliveries are the sender's queue: a lease is a later `due_at`, so the deliveries of a process that died
 * fall due again by themselves.
 */

import type { Insertable } from "kysely";
import type { DeliveryTable } from "@/generated/tables";
import type { Channel, Kind, Priority } from "@/lib/community/notifications/contract";
import { INBOX_MAX } from "@/lib/community/notifications/contract.constants";
import type { Delivery } from "@/lib/community/notifications/contract.devices";
import type { Payload } from "@/lib/community/notifications/push/transport";
import { type NotificationRow, preferencesOf } from "@/lib/community/notifications/store";
import { iso, isoOrNull } from "@/lib/core/clock";
import {
  inList,
  insertRows,
  lockName,
  type Queries,
  query,
  type Row,
  readPage,
  skipLocked,
  transaction,
} from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Cursor, Page } from "@/lib/core/pages";
import { activeAddress, activeUsers } from "@/lib/identity/accounts";

const JOB = ["seq", "user_id", "notification_id", "channel", "device_id", "payload", "attempts", "created_at"] as const;
type DeliveryRow = Row<"delivery">;

export type Person = { id: number };
/** A notification before it has recipients. `group`: a burst with the same group is one notification per person. */
export type Note = {
  kind: Kind;
  title: string;
  body: string;
  url: string | null;
  ticket?: Payload["ticket"];
  priority: Priority;
  group: string | null;
};
/** The decision of `plan` for one person. */
type Plan = { in_app: boolean; email: boolean; device: (channel: "web_push" | "fcm") => boolean };
export type Planner = (stored: string | undefined, priority: Priority) => Plan;
export type How = { at: number; plan: Planner; newId: () => string };
export type Inserted = Omit<NotificationRow, "seq">;

export type DeliveryJob = Omit<Pick<DeliveryRow, (typeof JOB)[number]>, "channel"> & {
  channel: Exclude<Channel, "in_app">;
};
export type Outcome = {
  status: "sent" | "failed" | "dropped" | "queued";
  error: string | null;
  /** The time of the next attempt, for `queued`. */
  due_at: number;
};

/**
 * Delays for a burst: the email waits for the burst's end, and the push waits a moment, in case the person already
 * looks at the subject and marks it as read.
 */
const MAIL_DELAY_MS = 60_000;
const PUSH_DELAY_MS = 3_000;
/** Tells `people` inside `trx`. @returns the inbox rows, for the live event */
export async function post(trx: Queries, people: Person[], note: Note, { at, plan, newId }: How): Promise<Inserted[]> {
  // Without the lock, two notifications of a burst at once would each begin a new one.
  if (note.group) await lockName(trx, `notification:${note.group}`);
  const ids = people.map((person) => person.id);
  const stored = await preferencesOf(trx, ids);
  const devices = await devicesOf(trx, ids);
  const { before, mailDue } = note.group ? await takeBurst(trx, ids, note.group, at) : NO_BURST;

  const rows: Inserted[] = [];
  const deliveries: Insertable<DeliveryTable>[] = [];
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
      ticket: note.ticket,
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
  await insertRows(trx, "notification", rows);
  await insertRows(trx, "delivery", deliveries);
  for (const { user_id } of rows)
    await trx
      .deleteFrom("notification")
      .where("user_id", "=", user_id)
      .where("seq", "<=", (eb) =>
        eb
          .selectFrom("notification")
          .select("seq")
          .where("user_id", "=", user_id)
          .orderBy("seq", "desc")
          .limit(1)
          .offset(INBOX_MAX),
      )
      .execute();
  return rows;
}

type PushChannel = "web_push" | "fcm";

async function devicesOf(trx: Queries, ids: number[]): Promise<Map<number, { id: string; channel: PushChannel }[]>> {
  const rows = await trx
    .selectFrom("push_device")
    .select(["id", "user_id", "channel"])
    .where("user_id", "in", inList(ids))
    .execute();
  const devices = new Map<number, { id: string; channel: PushChannel }[]>();
  for (const { user_id, id, channel } of rows)
    devices.set(user_id, [...(devices.get(user_id) ?? []), { id, channel: channel as PushChannel }]);
  return devices;
}

/** The state of a burst: each person's unread notification, and the time at which its email is due. */
type Burst = { before: Map<number, { id: string; count: number }>; mailDue: Map<number, number> };
const NO_BURST: Burst = { before: new Map(), mailDue: new Map() };

/** Removes the unread notification of a burst and its waiting deliveries, because both are created anew. */
async function takeBurst(trx: Queries, ids: number[], group: string, at: number): Promise<Burst> {
  const unread = await trx
    .deleteFrom("notification")
    .where("group_key", "=", group)
    .where("read_at", "is", null)
    .where("user_id", "in", inList(ids))
    .returning(["id", "user_id", "count"])
    .execute();
  const waiting = await trx
    .updateTable("delivery")
    .set({ status: "dropped", error: "a newer one took its place", finished_at: at })
    .where("group_key", "=", group)
    .where("status", "=", "queued")
    .where("attempts", "=", 0)
    .where("user_id", "in", inList(ids))
    .returning(["user_id", "channel", "due_at"])
    .execute();
  return {
    before: new Map(unread.map((row) => [row.user_id, row])),
    mailDue: new Map(waiting.filter(({ channel }) => channel === "email").map((row) => [row.user_id, row.due_at])),
  };
}

const due = (channel: string, at: number) =>
  query()
    .selectFrom("delivery")
    .select("seq")
    .where("status", "=", "queued")
    .where("due_at", "<=", at)
    .where("channel", "=", channel);

/** Active people by id. */
export const activeAfter = (queries: Queries, afterId: number, limit: number) =>
  activeUsers(queries).where("id", ">", afterId).orderBy("id").limit(limit);

async function markDevice(queries: Queries, id: string, { status, error }: Outcome, at: number): Promise<void> {
  await queries
    .updateTable("push_device")
    .set({ ...(status === "sent" && { last_sent_at: at }), last_status: status, last_error: error })
    .where("id", "=", id)
    .execute();
}

/** The active people among `ids`, or of one of `roles`, after `afterId`; by id. */
const listPeople = (who: { ids: number[] } | { roles: string[] }, afterId: number, limit: number): Promise<Person[]> =>
  activeAfter(query(), afterId, limit)
    .$if("ids" in who, (all) => all.where("id", "in", inList("ids" in who ? who.ids : [])))
    .$if("roles" in who, (all) => all.where("role", "in", inList("roles" in who ? who.roles : [])))
    .execute();

/**
 * Takes up to `limit` deliveries of `channel` that are due, announcements last, because thousands of them must not
 * delay a warning. No other process gets them before `until`.
 */
async function leaseDue(
  channel: DeliveryJob["channel"],
  limit: number,
  at: number,
  until: number,
): Promise<DeliveryJob[]> {
  // Usually nothing is due, and a read does not block other writers.
  if (!(await due(channel, at).limit(1).executeTakeFirst())) return [];
  return query()
    .updateTable("delivery")
    .set((eb) => ({ attempts: eb("attempts", "+", 1), due_at: until }))
    .where("seq", "in", skipLocked(due(channel, at).orderBy("rank").orderBy("due_at").orderBy("seq").limit(limit)))
    .returning(JOB)
    .$castTo<DeliveryJob>()
    .execute();
}

/** Returns whether the notification was read in the inbox meanwhile. */
async function wasRead(id: string): Promise<boolean> {
  const row = await query().selectFrom("notification").select("read_at").where("id", "=", id).executeTakeFirst();
  return row !== undefined && row.read_at !== null;
}

/** Stores the outcome of a leased delivery; does nothing if another process has leased it since. */
const settle = (job: DeliveryJob, outcome: Outcome, at: number): Promise<void> =>
  transaction(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable("delivery")
      .set({ ...outcome, finished_at: outcome.status === "queued" ? null : at })
      .where("seq", "=", job.seq)
      .where("attempts", "=", job.attempts)
      .where("status", "=", "queued")
      .executeTakeFirst();
    if (numUpdatedRows > 0n && job.device_id) await markDevice(trx, job.device_id, outcome, at);
  });

/** Removes a device that no longer accepts messages, and the deliveries that waited for it. */
const dropDevice = (deviceId: string, error: string, at: number): Promise<void> =>
  transaction(async (trx) => {
    // Change deliveries first, as settle does: two transactions that lock in opposite orders would deadlock.
    await trx
      .updateTable("delivery")
      .set({ status: "dropped", error, finished_at: at })
      .where("device_id", "=", deviceId)
      .where("status", "=", "queued")
      .execute();
    await trx.deleteFrom("push_device").where("id", "=", deviceId).execute();
  });

/** Newest first. */
function listDeliveries(
  userId: number,
  { limit, after, status }: { limit: number; after?: Cursor; status?: string },
): Promise<Page<DeliveryRow>> {
  const rows = query()
    .selectFrom("delivery")
    .selectAll()
    .where("user_id", "=", userId)
    .$if(status !== undefined, (all) => all.where("status", "=", status!));
  return readPage(rows, { by: ["seq"], direction: "desc" }, { after, limit });
}

export function toDelivery(row: DeliveryRow): Delivery {
  const { kind, title } = readJson(row.payload) as { kind: string; title: string };
  return {
    ...{ id: String(row.seq), notification_id: row.notification_id, channel: row.channel as Delivery["channel"] },
    ...{ device_id: row.device_id, kind, title, status: row.status as Delivery["status"] },
    ...{ attempts: row.attempts, error: row.error },
    ...{ created_at: iso(row.created_at), finished_at: isoOrNull(row.finished_at) },
  };
}

export const createQueueStore = () => ({
  people: listPeople,
  /** Returns a person's email address; null when the account is deleted or deactivated. */
  address: activeAddress,
  tell: (people: Person[], note: Note, how: How) => transaction((trx) => post(trx, people, note, how)),
  lease: leaseDue,
  wasRead,
  settle,
  /** Records on the device the outcome of the last message to it. */
  mark: (deviceId: string, outcome: Outcome, at: number) => markDevice(query(), deviceId, outcome, at),
  drop: dropDevice,
  deliveries: listDeliveries,
});

export type QueueStore = ReturnType<typeof createQueueStore>;
