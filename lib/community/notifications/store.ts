/** Inboxes, preferences and devices in the database, and the keys this server signs pushes with. */
import { iso, isoOrNull } from "@/lib/core/clock";
import { placed } from "@/lib/core/cursors";
import { db, listed, listText, type Param, type Sql } from "@/lib/core/db";
import type { Kind, Notification, Priority } from "./contract";
import type { Device } from "./contract.devices";

export type NotificationRow = {
  seq: number;
  id: string;
  user_id: number;
  kind: string;
  title: string;
  body: string;
  url: string | null;
  priority: string;
  group_key: string | null;
  count: number;
  created_at: number;
  read_at: number | null;
};
type DeviceRow = {
  id: string;
  user_id: number;
  channel: Device["channel"];
  platform: string;
  name: string;
  address_hash: string;
  address: string;
  created_at: number;
  last_sent_at: number | null;
  last_status: Device["last_status"];
  last_error: string | null;
};
export type NewDevice = Omit<DeviceRow, "last_sent_at" | "last_status" | "last_error">;
/** A device with its sealed address, as the sender needs it. */
export type SealedDevice = Pick<DeviceRow, "id" | "user_id" | "channel" | "address">;

const NOTIFICATION = "seq, id, user_id, kind, title, body, url, priority, group_key, count, created_at, read_at";
const DEVICE =
  "id, user_id, channel, platform, name, address_hash, address, created_at, last_sent_at, last_status, last_error";
const VAPID = "vapid_keys";

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
  channel: row.channel,
  platform: row.platform,
  name: row.name,
  fingerprint: row.address_hash,
  created_at: iso(row.created_at),
  last_sent_at: isoOrNull(row.last_sent_at),
  last_status: row.last_status,
  last_error: row.last_error,
});

export function createNotificationStore() {
  const unread = async (userId: number): Promise<number> => {
    const [row] = await db().all<{ n: number }>(
      "SELECT count(*) AS n FROM notification WHERE user_id = $1 AND read_at IS NULL",
      [userId],
    );
    return row!.n;
  };

  return {
    unread,

    /** Newest first, after the keyset `before`. */
    async list(
      userId: number,
      { limit, before, unread: onlyUnread, kind }: { limit: number; before?: number; unread?: boolean; kind?: Kind },
    ): Promise<{ notifications: Notification[]; last?: number; more: boolean }> {
      const params: Param[] = [userId, limit + 1];
      const where = ["user_id = $1"];
      if (onlyUnread) where.push("read_at IS NULL");
      if (before !== undefined) where.push(`seq < $${params.push(before)}`);
      if (kind) where.push(`kind = $${params.push(kind)}`);
      const rows = await db().all<NotificationRow>(
        `SELECT ${NOTIFICATION} FROM notification WHERE ${where.join(" AND ")} ORDER BY seq DESC LIMIT $2`,
        params,
      );
      const page = rows.slice(0, limit);
      const notifications = page.map((row) => placed(toNotification(row), row.seq));
      return { notifications, last: page.at(-1)?.seq, more: rows.length > limit };
    },

    /** Marks as read and returns the ids that were unread; null marks all. */
    async markRead(userId: number, ids: string[] | null, at: number): Promise<string[]> {
      return db().write(async (tx) => {
        const rows = await tx.all<{ id: string }>(
          `UPDATE notification SET read_at = $2 WHERE user_id = $1 AND read_at IS NULL${
            ids ? ` AND id IN (${listed(tx, 3)})` : ""
          } RETURNING id`,
          ids ? [userId, at, listText(ids)] : [userId, at],
        );
        return rows.map((row) => row.id);
      });
    },

    async remove(userId: number, id: string): Promise<boolean> {
      return (await db().run("DELETE FROM notification WHERE user_id = $1 AND id = $2", [userId, id])) > 0;
    },

    /** One person's, as JSON text with its version; undefined when the person never changed any. */
    async preferencesAt(userId: number): Promise<{ value: string; version: number } | undefined> {
      const sql = "SELECT value, version FROM notification_preference WHERE user_id = $1";
      return (await db().all<{ value: string; version: number }>(sql, [userId]))[0];
    },

    /** The stored preferences as JSON text, by person; people who never changed any are left out. */
    async preferences(userIds: number[]): Promise<Map<number, string>> {
      return preferencesOf(db(), userIds);
    },

    /**
     * Changes what is stored; two at once follow one another, or the later would take back the earlier.
     *
     * @returns undefined when another version than `expected` is stored
     */
    async changePreferences(
      userId: number,
      change: (stored: string) => string,
      at: number,
      expected?: number,
    ): Promise<{ value: string; version: number } | undefined> {
      return db().write(async (tx) => {
        const [row] = await tx.all<{ value: string; version: number }>(
          `INSERT INTO notification_preference (user_id, value, updated_at) VALUES ($1, '{}', $2)
           ON CONFLICT (user_id) DO UPDATE SET updated_at = $2 RETURNING value, version`,
          [userId, at],
        );
        const { value: stored, version } = row!;
        if (expected !== undefined && version !== expected) return undefined;
        const value = change(stored);
        await tx.run("UPDATE notification_preference SET value = $2, version = version + 1 WHERE user_id = $1", [
          userId,
          value,
        ]);
        return { value, version: version + 1 };
      });
    },

    async devices(userId: number): Promise<Device[]> {
      const rows = await db().all<DeviceRow>(
        `SELECT ${DEVICE} FROM push_device WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 100`,
        [userId],
      );
      return rows.map(toDevice);
    },

    /** Adds a device, or gives a known one to who sent it last; the person's oldest beyond `max` make room. */
    async putDevice(device: NewDevice, max: number): Promise<Device> {
      return db().write(async (tx) => {
        const [row] = await tx.all<DeviceRow>(
          `INSERT INTO push_device (id, user_id, channel, platform, name, address_hash, address, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (address_hash) DO UPDATE SET user_id = $2, platform = $4, name = $5, address = $7
           RETURNING ${DEVICE}`,
          [
            device.id,
            device.user_id,
            device.channel,
            device.platform,
            device.name,
            device.address_hash,
            device.address,
            device.created_at,
          ],
        );
        await tx.run(
          `DELETE FROM push_device WHERE user_id = $1 AND channel = $2 AND id <> $3 AND id NOT IN (
             SELECT id FROM push_device WHERE user_id = $1 AND channel = $2 AND id <> $3
             ORDER BY created_at DESC, id DESC LIMIT $4)`,
          [device.user_id, device.channel, row!.id, max - 1],
        );
        // Messages queued for the device's previous owner must not reach its new one.
        await tx.run("DELETE FROM delivery WHERE device_id = $1 AND status = 'queued' AND user_id <> $2", [
          row!.id,
          device.user_id,
        ]);
        return toDevice(row!);
      });
    },

    async removeByAddress(userId: number, hash: string): Promise<boolean> {
      return (await db().run("DELETE FROM push_device WHERE user_id = $1 AND address_hash = $2", [userId, hash])) > 0;
    },

    async removeDevice(userId: number, id: string): Promise<boolean> {
      return (await db().run("DELETE FROM push_device WHERE user_id = $1 AND id = $2", [userId, id])) > 0;
    },

    async device(id: string, userId?: number): Promise<SealedDevice | null> {
      const [row] = await db().all<DeviceRow>(`SELECT ${DEVICE} FROM push_device WHERE id = $1`, [id]);
      return row && (userId === undefined || row.user_id === userId) ? row : null;
    },

    /** Everything of a person who is gone. */
    async forget(userId: number): Promise<void> {
      await db().write(async (tx) => {
        for (const table of ["notification", "notification_preference", "push_device", "delivery"])
          await tx.run(`DELETE FROM ${table} WHERE user_id = $1`, [userId]);
      });
    },

    /** The sealed key pair; `make` is kept unless one is there (of whichever process was first). */
    async vapid(make: () => string): Promise<string> {
      const find = () => db().all<{ value: string }>("SELECT value FROM setting WHERE key = $1", [VAPID]);
      const [known] = await find();
      if (known) return known.value;
      await db().run("INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", [VAPID, make()]);
      return (await find())[0]!.value;
    },

    /** Puts another pair in the place of one that cannot be read; browsers that subscribed with it must do so again. */
    async replaceVapid(old: string, value: string): Promise<void> {
      await db().write(async (tx) => {
        const changed = await tx.run("UPDATE setting SET value = $3 WHERE key = $1 AND value = $2", [
          VAPID,
          old,
          value,
        ]);
        if (changed > 0) await tx.run("DELETE FROM push_device");
      });
    },
  };
}

export async function preferencesOf(sql: Sql, userIds: number[]): Promise<Map<number, string>> {
  const rows = await sql.all<{ user_id: number; value: string }>(
    `SELECT user_id, value FROM notification_preference WHERE user_id IN (${listed(sql, 1, "bigint")})`,
    [JSON.stringify(userIds)],
  );
  return new Map(rows.map((row) => [row.user_id, row.value]));
}

export type NotificationStore = ReturnType<typeof createNotificationStore>;
