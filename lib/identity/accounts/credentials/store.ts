/** Sessions, API keys and reset tokens in the database. Only hashes of secrets are stored. */
import { iso } from "@/lib/core/clock";
import { prisma } from "@/lib/core/db";
import { toRecord, transact, type UserRecord } from "@/lib/identity/accounts/store";
import type { ApiKeyRow, KeyScope } from "./contract";
import { noteEnded } from "./store.ended";

export type SessionRecord = {
  id: string;
  userId: number;
  expires: Date;
  createdAt: Date;
  lastSeenAt: Date;
  ip: string | null;
  userAgent: string | null;
};
export type NewSession = SessionRecord & { sessionToken: string };
type KeyRecord = {
  id: string;
  userId: number;
  name: string;
  prefix: string;
  scope: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
};
export type NewKey = Omit<KeyRecord, "lastUsedAt" | "scope"> & { scope: KeyScope; keyHash: string };

const scopeOf = (text: string): KeyScope => (text === "admin" || text === "operate" ? text : "read");
const toKey = (row: KeyRecord): ApiKeyRow => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scope: scopeOf(row.scope),
  created_at: iso(row.createdAt.getTime()),
  expires_at: row.expiresAt && iso(row.expiresAt.getTime()),
  last_used_at: row.lastUsedAt && iso(row.lastUsedAt.getTime()),
});

const live = (userId: number, at: Date) => ({
  userId,
  revokedAt: null,
  OR: [{ expiresAt: null }, { expiresAt: { gt: at } }],
});

const usable = (tokenHash: string, at: Date) => ({
  tokenHash,
  usedAt: null,
  expiresAt: { gt: at },
  user: { isActive: true },
});

export function createAccessStore() {
  async function session(
    where: { sessionToken: string } | { id: string },
  ): Promise<{ session: SessionRecord; user: UserRecord } | null> {
    const row = await (await prisma()).session.findUnique({ where, include: { user: true } });
    return row && { session: row, user: toRecord(row.user) };
  }

  return {
    sessionByHash: (sessionToken: string) => session({ sessionToken }),
    sessionById: (id: string) => session({ id }),

    /**
     * Stores a session and notes the sign-in; the user's oldest sessions beyond `max` end.
     *
     * @returns ids of the sessions that ended
     */
    insertSession(created: NewSession, max: number): Promise<string[]> {
      return transact(async (tx) => {
        await tx.session.create({ data: created });
        await tx.user.update({ where: { id: created.userId }, data: { lastLogin: created.createdAt } });
        await tx.session.deleteMany({ where: { userId: created.userId, expires: { lte: created.lastSeenAt } } });
        const over = await tx.session.findMany({
          where: { userId: created.userId },
          orderBy: { createdAt: "desc" },
          skip: max,
          select: { id: true },
        });
        const ids = over.map((row) => row.id);
        if (ids.length > 0) await tx.session.deleteMany({ where: { id: { in: ids } } });
        return ids;
      });
    },

    async listSessions(userId: number, at: Date): Promise<SessionRecord[]> {
      return (await prisma()).session.findMany({
        where: { userId, expires: { gt: at } },
        orderBy: { createdAt: "desc" },
      });
    },

    /** @returns false when the user has no such session */
    async deleteSession(userId: number, id: string): Promise<boolean> {
      return (await (await prisma()).session.deleteMany({ where: { id, userId } })).count > 0;
    },

    async touchSession(id: string, at: Date): Promise<void> {
      await (await prisma()).session.updateMany({ where: { id }, data: { lastSeenAt: at } });
    },

    async keyByHash(keyHash: string): Promise<{
      key: { id: string; scope: KeyScope; expiresAt: Date | null; revokedAt: Date | null; lastUsedAt: Date | null };
      user: UserRecord;
    } | null> {
      const row = await (await prisma()).apiKey.findUnique({ where: { keyHash }, include: { user: true } });
      return row && { key: { ...row, scope: scopeOf(row.scope) }, user: toRecord(row.user) };
    },

    async listKeys(userId: number, at: Date): Promise<ApiKeyRow[]> {
      const rows = await (await prisma()).apiKey.findMany({
        where: live(userId, at),
        orderBy: { createdAt: "desc" },
      });
      return rows.map(toKey);
    },

    /** @returns null when the user has `max` live keys already */
    insertKey(key: NewKey, max: number): Promise<ApiKeyRow | null> {
      return transact(async (tx) => {
        if ((await tx.apiKey.count({ where: live(key.userId, key.createdAt) })) >= max) return null;
        return toKey(await tx.apiKey.create({ data: key }));
      });
    },

    /** @returns false when the user has no such live key */
    revokeKey(userId: number, id: string, at: Date): Promise<boolean> {
      return transact(async (tx) => {
        const { count } = await tx.apiKey.updateMany({
          where: { id, userId, revokedAt: null },
          data: { revokedAt: at },
        });
        if (count > 0) await noteEnded(tx, "key", { id });
        return count > 0;
      });
    },

    async touchKey(id: string, at: Date): Promise<void> {
      await (await prisma()).apiKey.updateMany({ where: { id }, data: { lastUsedAt: at } });
    },

    /** @returns false when `max` reset links were made for the user since `since` */
    insertReset(
      reset: { id: string; userId: number; tokenHash: string; createdAt: Date; expiresAt: Date },
      limit: { max: number; since: Date },
    ): Promise<boolean> {
      return transact(async (tx) => {
        const made = await tx.passwordReset.count({
          where: { userId: reset.userId, createdAt: { gt: limit.since } },
        });
        if (made >= limit.max) return false;
        await tx.passwordReset.create({ data: reset });
        return true;
      });
    },

    /** The user whose password a reset token sets; null when the token is unknown, used or expired. */
    async resetOwner(tokenHash: string, at: Date): Promise<UserRecord | null> {
      const where = usable(tokenHash, at);
      const row = await (await prisma()).passwordReset.findFirst({ where, include: { user: true } });
      return row && toRecord(row.user);
    },

    /** Spends a reset token: of two uses at once one gets the user's id, the other null. */
    async takeReset(tokenHash: string, at: Date): Promise<number | null> {
      const client = await prisma();
      const { count } = await client.passwordReset.updateMany({
        where: usable(tokenHash, at),
        data: { usedAt: at },
      });
      if (count === 0) return null;
      return (await client.passwordReset.findUnique({ where: { tokenHash } }))?.userId ?? null;
    },

    /** Removes what has expired: sessions, reset tokens, and keys a month after their end. */
    async sweep(at: Date): Promise<void> {
      const client = await prisma();
      const monthAgo = new Date(at.getTime() - 30 * 86_400_000);
      await client.session.deleteMany({ where: { expires: { lte: at } } });
      await client.passwordReset.deleteMany({ where: { expiresAt: { lte: at } } });
      await client.apiKey.deleteMany({
        where: { OR: [{ revokedAt: { lte: monthAgo } }, { expiresAt: { lte: monthAgo } }] },
      });
    },
  };
}

export type AccessStore = ReturnType<typeof createAccessStore>;
