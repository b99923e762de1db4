/** Inboxes, preferences and devices in the database, and the keys this server signs pushes with. */
import { iso, isoOrNull } from "@/lib/core/clock";
import { createRoomSetting, inList, type Queries, query, type Row, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import type { Kind, Notification, Priority } from "./contract";
import type { Device } from "./contract.devices";

export type NotificationRow = Row<"notification">;
type DeviceRow = Row<"push_device">;
type NewDevice = Omit<DeviceRow, "last_sent_at" | "last_status" | "last_error">;
/** A device with its sealed address, as the sender needs it. */
export type SealedDevice = Pick<DeviceRow, "id" | "user_id" | "address"> & { channel: Device["channel"] };

const vapidKeys = createRoomSetting("vapid_keys");

export const toNotification = (row: Omit<NotificationRow, "seq" | "user_id" | "group_key">): Notification => ({
  id: row.id,
  kind: row.kind as Kind,
  title: row.title,
  body: row.body,
  url: row.url,
  priority: row.priority as Priority,
  count: row.count,
  created_at: iso(row.created_at),
  read_at: isoOrNull(row.read_at),
});

const toDevice = (row: DeviceRow): Device => ({
  device_id: row.id,
  channel: row.channel as Device["channel"],
  platform: row.platform,
  name: row.name,
  fingerprint: row.address_hash,
  created_at: iso(row.created_at),
  last_sent_at: isoOrNull(row.last_sent_at),
  last_status: row.last_status as Device["last_status"],
  last_error: row.last_error,
});

async function countUnread(userId: number): Promise<number> {
  const { unread } = await query()
    .selectFrom("notification")
    .select((eb) => eb.fn.countAll<number>().as("unread"))
    .where("user_id", "=", userId)
    .where("read_at", "is", null)
    .executeTakeFirstOrThrow();
  return unread;
}

/** Newest first. */
function listInbox(
  userId: number,
  { limit, after, unread, kind }: { limit: number; after?: Cursor; unread?: boolean; kind?: Kind },
): Promise<Page<NotificationRow>> {
  const rows = query()
    .selectFrom("notification")
    .selectAll()
    .where("user_id", "=", userId)
    .$if(unread === true, (all) => all.where("read_at", "is", null))
    .$if(kind !== undefined, (all) => all.where("kind", "=", kind!));
  return readPage(rows, { by: ["seq"], direction: "desc" }, { after, limit });
}

/** Marks as read and returns the ids that were unread; null marks all. */
async function markRead(userId: number, ids: string[] | null, at: number): Promise<string[]> {
  const rows = await query()
    .updateTable("notification")
    .set({ read_at: at })
    .where("user_id", "=", userId)
    .where("read_at", "is", null)
    .$if(ids !== null, (all) => all.where("id", "in", inList(ids ?? [])))
    .returning("id")
    .execute();
  return rows.map((row) => row.id);
}

async function removeNotification(userId: number, id: string): Promise<boolean> {
  const { numDeletedRows } = await query()
    .deleteFrom("notification")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Returns one person's preferences as JSON text with their version; undefined when the person never changed any. */
const findPreferences = (userId: number): Promise<{ value: string; version: number } | undefined> =>
  query()
    .selectFrom("notification_preference")
    .select(["value", "version"])
    .where("user_id", "=", userId)
    .executeTakeFirst();

/**
 * Changes the stored preferences. Concurrent changes run one after the other; otherwise the later one would undo the earlier.
 *
 * @returns undefined when another version than `expected` is stored
 */
const changePreferences = (
  userId: number,
  change: (stored: string) => string,
  at: number,
  expected?: number,
): Promise<{ value: string; version: number } | undefined> =>
  transaction(async (trx) => {
    const { value: stored, version } = await trx
      .insertInto("notification_preference")
      .values({ user_id: userId, value: "{}", updated_at: at })
      .onConflict((known) => known.column("user_id").doUpdateSet({ updated_at: at }))
      .returning(["value", "version"])
      .executeTakeFirstOrThrow();
    if (expected !== undefined && version !== expected) return undefined;
    const changed = { value: change(stored), version: version + 1 };
    await trx.updateTable("notification_preference").set(changed).where("user_id", "=", userId).execute();
    return changed;
  });

async function listDevices(userId: number): Promise<Device[]> {
  const rows = await query()
    .selectFrom("push_device")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(100)
    .execute();
  return rows.map(toDevice);
}

/**
 * Adds a device, or moves a known one to the person who sent it last. The person's oldest devices beyond `max` are
 * removed.
 */
const putDevice = (device: NewDevice, max: number): Promise<Device> =>
  transaction(async (trx) => {
    const { user_id, platform, name, address } = device;
    const row = await trx
      .insertInto("push_device")
      .values(device)
      .onConflict((known) => known.column("address_hash").doUpdateSet({ user_id, platform, name, address }))
      .returningAll()
      .executeTakeFirstOrThrow();
    await trx
      .deleteFrom("push_device")
      .where("id", "in", (eb) =>
        eb
          .selectFrom("push_device")
          .select("id")
          .where("user_id", "=", user_id)
          .where("channel", "=", device.channel)
          .where("id", "<>", row.id)
          .orderBy("created_at", "desc")
          .orderBy("id", "desc")
          .limit(Number.MAX_SAFE_INTEGER)
          .offset(max - 1),
      )
      .execute();
    // Messages queued for the device's previous owner must not reach its new one.
    await trx
      .deleteFrom("delivery")
      .where("device_id", "=", row.id)
      .where("status", "=", "queued")
      .where("user_id", "<>", user_id)
      .execute();
    return toDevice(row);
  });

async function findDevice(id: string, userId?: number): Promise<SealedDevice | null> {
  const row = await query()
    .selectFrom("push_device")
    .select(["id", "user_id", "channel", "address"])
    .where("id", "=", id)
    .$castTo<SealedDevice>()
    .executeTakeFirst();
  return row && (userId === undefined || row.user_id === userId) ? row : null;
}

/** Removes everything of a person whose account is gone. */
const forgetPerson = (userId: number): Promise<void> =>
  transaction(async (trx) => {
    for (const table of ["notification", "notification_preference", "push_device", "delivery"] as const)
      await trx.deleteFrom(table).where("user_id", "=", userId).execute();
  });

const removeDevice = async (userId: number, column: "id" | "address_hash", value: string): Promise<boolean> => {
  const { numDeletedRows } = await query()
    .deleteFrom("push_device")
    .where("user_id", "=", userId)
    .where(column, "=", value)
    .executeTakeFirst();
  return numDeletedRows > 0n;
};

/** Removes a device, whoever it belongs to. @returns false when it is gone */
async function endDevice(id: string): Promise<boolean> {
  const { numDeletedRows } = await query().deleteFrom("push_device").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Replaces a key pair that cannot be read. Browsers that subscribed with it must subscribe again. */
const replaceVapid = (old: string, value: string): Promise<void> =>
  transaction(async (trx) => {
    if (await vapidKeys.replace(old, value, trx)) await trx.deleteFrom("push_device").execute();
  });

export const createNotificationStore = () => ({
  unread: countUnread,
  list: listInbox,
  markRead,
  remove: removeNotification,
  preferencesAt: findPreferences,
  changePreferences,
  devices: listDevices,
  putDevice,
  removeByAddress: (userId: number, hash: string) => removeDevice(userId, "address_hash", hash),
  removeDevice: (userId: number, id: string) => removeDevice(userId, "id", id),
  device: findDevice,
  endDevice,
  forget: forgetPerson,
  /** Returns the sealed key pair. Stores what `make` gives unless a process has stored one already. */
  vapid: (make: () => string) => vapidKeys.readOrMake(make),
  replaceVapid,
});

export async function preferencesOf(queries: Queries, userIds: number[]): Promise<Map<number, string>> {
  const rows = await queries
    .selectFrom("notification_preference")
    .select(["user_id", "value"])
    .where("user_id", "in", inList(userIds))
    .execute();
  return new Map(rows.map((row) => [row.user_id, row.value]));
}

export type NotificationStore = ReturnType<typeof createNotificationStore>;
