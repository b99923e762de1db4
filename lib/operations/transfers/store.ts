/** Transfers: what people ask of them. The engine's side is store.engine.ts. */
import { containing, db, type Param } from "@/lib/core/db";
import type { Destination, DownloadStats, TaskStatus } from "./contract";
import { outsideIdOf, type TaskRow } from "./rows";
import { FIGURES, keepContact, type NewContact } from "./store.contacts";

/** A row with its owner's name, and its contact's. */
const CONTACT = "LEFT JOIN contact c ON c.owner_id = t.owner_id AND c.outside_id = t.requested_for";
export const SELECT = `SELECT t.*, u.username, c.name AS contact_name FROM transfer t JOIN "user" u ON u.id = t.owner_id ${CONTACT}`;

/** `person`: an account by its number, and a contact by its text. */
type Person = { account: number | null; contact: string };
type Filter = {
  ownerId?: number;
  person?: Person;
  status?: TaskStatus;
  search?: string;
  limit: number;
  offset: number;
};
type NewTask = {
  id: string;
  owner_id: number;
  kind: "http" | "torrent";
  url: string;
  destination: Destination;
  folder_id: string | null;
  filename: string | null;
  checksum: string | null;
  credentials: string | null;
  requested_for: string | null;
  /** The kind of person `requested_for` names. */
  contact: NewContact;
  dir: string;
  at: number;
};

function filtered({ ownerId, person, status, search }: Omit<Filter, "limit" | "offset">) {
  const params: Param[] = [];
  const bind = (value: Param) => `$${params.push(value)}`;
  const where = ["t.dir <> ''"];
  if (ownerId !== undefined) where.push(`t.owner_id = ${bind(ownerId)}`);
  if (person) {
    const contact = `t.requested_for = ${bind(person.contact)}`;
    const account = `t.requested_for IS NULL AND t.owner_id = ${bind(person.account ?? -1)}`;
    where.push(`(${contact} OR (${account}))`);
  }
  if (status) where.push(`t.status = ${bind(status)}`);
  if (search) {
    const text = bind(containing(search.toLowerCase()));
    where.push(`(LOWER(COALESCE(t.filename, '')) LIKE ${text} ESCAPE '\\' OR LOWER(t.url) LIKE ${text} ESCAPE '\\')`);
  }
  return { condition: where.join(" AND "), params };
}

export function createTaskStore() {
  async function find(id: string): Promise<TaskRow | undefined> {
    const [row] = await db().all<TaskRow>(`${SELECT} WHERE t.id = $1 AND t.dir <> ''`, [id]);
    return row;
  }

  return {
    find,

    async list({ limit, offset, ...filter }: Filter): Promise<{ rows: TaskRow[]; total: number }> {
      const { condition, params } = filtered(filter);
      const [count] = await db().all<{ n: number }>(`SELECT count(*) AS n FROM transfer t WHERE ${condition}`, params);
      const rows = await db().all<TaskRow>(
        `${SELECT} WHERE ${condition} ORDER BY t.seq DESC LIMIT ${limit} OFFSET ${offset}`,
        params,
      );
      return { rows, total: count?.n ?? 0 };
    },

    /** The same by keyset: those before the one with that `seq`, and one more than `limit` where there are more. */
    async page({ limit, before, ...filter }: Omit<Filter, "offset"> & { before?: number }): Promise<TaskRow[]> {
      const { condition, params } = filtered(filter);
      const place = before === undefined ? "" : ` AND t.seq < $${params.push(before)}`;
      return db().all<TaskRow>(
        `${SELECT} WHERE ${condition}${place} ORDER BY t.seq DESC LIMIT $${params.push(limit + 1)}`,
        params,
      );
    },

    /** Says when the owner has `max` unfinished ones already, or too many contacts. */
    add: (task: NewTask, max: number): Promise<"added" | "tasks" | "contacts"> =>
      db().write(async (tx) => {
        // Held until the end: two adds of one user come after each other, on both databases.
        await tx.run('UPDATE "user" SET id = id WHERE id = $1', [task.owner_id]);
        const [open] = await tx.all<{ n: number }>(
          "SELECT count(*) AS n FROM transfer WHERE owner_id = $1 AND status IN ('queued', 'active', 'paused')",
          [task.owner_id],
        );
        if ((open?.n ?? 0) >= max) return "tasks";
        const { owner_id, requested_for: outside_id, at, contact } = task;
        if (outside_id !== null && !(await keepContact(tx, { owner_id, outside_id, at, ...contact })))
          return "contacts";
        await tx.run(
          "INSERT INTO transfer (id, owner_id, kind, url, destination, folder_id, filename, checksum, credentials, requested_for, dir, created_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
          [
            task.id,
            task.owner_id,
            task.kind,
            task.url,
            task.destination,
            task.folder_id,
            task.filename,
            task.checksum,
            task.credentials,
            task.requested_for,
            task.dir,
            task.at,
          ],
        );
        return "added";
      }),

    /** To another status, if it still has one of `from`; whoever works on it finds its lease gone. */
    async changeStatus(id: string, from: TaskStatus[], to: TaskStatus, at: number): Promise<boolean> {
      const allowed = from.map((status) => `'${status}'`).join(", ");
      const more =
        { queued: ", attempts = 0, finished_at = NULL", cancelled: ", finished_at = $3" }[to as string] ?? "";
      return (
        (await db().run(
          `UPDATE transfer SET status = $2, due_at = $3, leased_by = NULL, leased_until = NULL, speed = NULL, error = NULL${more} WHERE id = $1 AND dir <> '' AND status IN (${allowed})`,
          [id, to, at],
        )) > 0
      );
    },

    /** Clears the progress: the fetched bytes are gone. */
    async emptied(id: string): Promise<void> {
      await db().run(
        "UPDATE transfer SET state = '{}', files = '[]', phase = 'fetch', downloaded = 0, uploaded = 0 WHERE id = $1 AND status = 'cancelled'",
        [id],
      );
    },

    /** Out of the lists; it is still counted. */
    async hide(id: string): Promise<boolean> {
      return (
        (await db().run(
          "UPDATE transfer SET dir = '', delete_at = NULL WHERE id = $1 AND dir <> '' AND status IN ('completed', 'failed', 'cancelled')",
          [id],
        )) > 0
      );
    },

    async totals(): Promise<{ active: number; downloads: number; uploads: number }> {
      const [row] = await db().all<{ active: number; downloads: number; uploads: number }>(
        "SELECT COALESCE(SUM(CASE WHEN status = 'active' THEN 1 ELSE 0 END), 0) AS active, COALESCE(SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END), 0) AS downloads, COALESCE(SUM(CASE WHEN status = 'completed' AND destination <> 'local' THEN 1 ELSE 0 END), 0) AS uploads FROM transfer",
      );
      return row ?? { active: 0, downloads: 0, uploads: 0 };
    },

    /** By owner; what is for contacts counts for them (store.contacts.ts). */
    async figures(userId?: number) {
      const rows = await db().all<{
        owner_id: number;
        total: number;
        successful: number;
        failed: number;
        uploads: number;
        bytes: number;
      }>(
        `SELECT owner_id, ${FIGURES} FROM transfer WHERE requested_for IS NULL${userId === undefined ? "" : " AND owner_id = $1"} GROUP BY owner_id`,
        userId === undefined ? [] : [userId],
      );
      return new Map(rows.map(({ owner_id, ...figures }) => [owner_id, figures]));
    },

    /** @param ownerId of one owner alone */
    async stats(since: number, ownerId?: number): Promise<DownloadStats> {
      const own = ownerId === undefined ? "" : ` AND owner_id = ${ownerId}`;
      const [sums] = await db().all<{ downloads: number; uploads: number; bytes: number; spent: number }>(
        `SELECT COALESCE(SUM(CASE WHEN finished_at >= $1 THEN 1 ELSE 0 END), 0) AS downloads, COALESCE(SUM(CASE WHEN finished_at >= $1 AND destination <> 'local' THEN 1 ELSE 0 END), 0) AS uploads, COALESCE(SUM(downloaded + uploaded), 0) AS bytes, COALESCE(SUM(spent), 0) AS spent FROM transfer WHERE status = 'completed'${own}`,
        [since],
      );
      const top = await db().all<{
        contact: string | null;
        account: number | null;
        username: string | null;
        downloadCount: number;
        totalBytes: number;
      }>(
        `SELECT t.requested_for AS contact, CASE WHEN t.requested_for IS NULL THEN t.owner_id END AS account,
                CASE WHEN t.requested_for IS NULL THEN MAX(u.username) ELSE MAX(c.name) END AS username,
                count(*) AS "downloadCount", COALESCE(SUM(t.downloaded), 0) AS "totalBytes"
         FROM transfer t JOIN "user" u ON u.id = t.owner_id ${CONTACT}
         WHERE t.status = 'completed'${ownerId === undefined ? "" : ` AND t.owner_id = ${ownerId}`}
         GROUP BY t.requested_for, CASE WHEN t.requested_for IS NULL THEN t.owner_id END
         ORDER BY count(*) DESC, MIN(t.seq) LIMIT 10`,
      );
      const { downloads = 0, uploads = 0, bytes = 0, spent = 0 } = sums ?? {};
      return {
        todayDownloads: downloads,
        todayUploads: uploads,
        totalBytes: bytes,
        averageSpeed: spent > 0 ? Math.round(bytes / (spent / 1000)) : 0,
        topDownloaders: top.map(({ contact, account, username, ...figures }) => ({
          userId: contact === null ? account! : outsideIdOf(contact),
          username: username ?? contact!,
          ...figures,
        })),
      };
    },
  };
}
export type TaskStore = ReturnType<typeof createTaskStore>;
