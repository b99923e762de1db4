/** Contacts: people without an account here, for whom an owner's key asked for transfers. */
import { containing, db, type Param, type Sql } from "@/lib/core/db";

export type NewContact = { name: string | null; platform: string | null };
/** One person; the contacts that several owners have of the same id are one where they are seen together. */
export type ContactRow = {
  outside_id: string;
  name: string | null;
  platform: string | null;
  created_at: number;
  used_at: number;
  total: number;
  successful: number;
  failed: number;
  uploads: number;
  bytes: number;
};
type Filter = { ownerId?: number; id?: string; search?: string; limit: number };

/** Contacts of one owner. */
const CONTACTS_MAX = 10_000;

/** Records the contact of a transfer. @returns false when the owner already has the most contacts allowed */
export async function keepContact(
  tx: Sql,
  { owner_id, outside_id, at, name, platform }: NewContact & { owner_id: number; outside_id: string; at: number },
): Promise<boolean> {
  const [others] = await tx.all<{ n: number }>(
    "SELECT count(*) AS n FROM contact WHERE owner_id = $1 AND outside_id <> $2",
    [owner_id, outside_id],
  );
  if ((others?.n ?? 0) >= CONTACTS_MAX) return false;
  await tx.run(
    `INSERT INTO contact (owner_id, outside_id, name, platform, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (owner_id, outside_id) DO UPDATE SET used_at = excluded.used_at, name = COALESCE(excluded.name, contact.name), platform = COALESCE(excluded.platform, contact.platform)`,
    [owner_id, outside_id, name, platform, at],
  );
  return true;
}

export function createContactStore() {
  return {
    /** Contacts with the figures of their transfers, latest activity first. @param ownerId limits them to one owner */
    async find({ ownerId, id, search, limit }: Filter): Promise<ContactRow[]> {
      const params: Param[] = [];
      const bind = (value: Param) => `$${params.push(value)}`;
      const where = ["TRUE"];
      if (ownerId !== undefined) where.push(`c.owner_id = ${bind(ownerId)}`);
      if (id !== undefined) where.push(`c.outside_id = ${bind(id)}`);
      if (search !== undefined) {
        const text = bind(containing(search.toLowerCase()));
        where.push(
          `(LOWER(COALESCE(c.name, '')) LIKE ${text} ESCAPE '\\' OR LOWER(c.outside_id) LIKE ${text} ESCAPE '\\')`,
        );
      }
      const found = await db().all<Omit<ContactRow, "total" | "successful" | "failed" | "uploads" | "bytes">>(
        `SELECT c.outside_id AS outside_id, MAX(c.name) AS name, MAX(c.platform) AS platform, MIN(c.created_at) AS created_at, MAX(c.used_at) AS used_at
         FROM contact c WHERE ${where.join(" AND ")} GROUP BY c.outside_id ORDER BY MAX(c.used_at) DESC, c.outside_id LIMIT ${limit}`,
        params,
      );
      const figures = await figuresOf(
        found.map((contact) => contact.outside_id),
        ownerId,
      );
      const none = { total: 0, successful: 0, failed: 0, uploads: 0, bytes: 0 };
      return found.map((contact) => ({ ...contact, ...(figures.get(contact.outside_id) ?? none) }));
    },
  };
}
export type ContactStore = ReturnType<typeof createContactStore>;

/** Sums over transfers. */
export const FIGURES =
  "count(*) AS total, SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS successful, SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) AS failed, SUM(CASE WHEN status = 'completed' AND destination <> 'local' THEN 1 ELSE 0 END) AS uploads, COALESCE(SUM(CASE WHEN status = 'completed' THEN downloaded ELSE 0 END), 0) AS bytes";
type Figures = Pick<ContactRow, "total" | "successful" | "failed" | "uploads" | "bytes">;

async function figuresOf(ids: readonly string[], ownerId?: number): Promise<Map<string, Figures>> {
  if (ids.length === 0) return new Map();
  const named = ids.map((_, at) => `$${at + 1}`).join(", ");
  const own = ownerId === undefined ? "" : ` AND owner_id = $${ids.length + 1}`;
  const rows = await db().all<Figures & { id: string }>(
    `SELECT requested_for AS id, ${FIGURES} FROM transfer WHERE requested_for IN (${named})${own} GROUP BY requested_for`,
    ownerId === undefined ? [...ids] : [...ids, ownerId],
  );
  return new Map(rows.map(({ id, ...figures }) => [id, figures]));
}
