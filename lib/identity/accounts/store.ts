/** Users in the database, and the one-time setup nonce. Low-rate, so Prisma. */
import type { Prisma, PrismaClient } from "@/generated/sqlite/client";
import { iso } from "@/lib/core/clock";
import { containing, db, prisma } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { unavailable } from "@/lib/core/errors";
import type { EndedAccess, Role, PublicUser as Shown, UserProfile, UserRow } from "./contract";
import { canonicalAddress } from "./contract.address";
import { noteEnded } from "./credentials/store.ended";

export type UserRecord = {
  id: number;
  username: string;
  email: string;
  passwordHash: string | null;
  fullname: string;
  phone: string | null;
  birthday: string | null;
  gender: string | null;
  role: Role;
  isActive: boolean;
  /** Counted up by every change of the profile, the role or the activation. */
  version: number;
  createdAt: Date;
  lastLogin: Date | null;
  /** Null until a link that was sent to the address has been opened. */
  emailVerified: Date | null;
};
export type NewUser = {
  username: string;
  email: string;
  passwordHash: string | null;
  fullname: string;
  role: Role;
  createdAt: Date;
  emailVerified?: Date;
};
/** Thrown when a username or e-mail address is taken already. */
export class Taken extends Error {
  constructor(readonly field: "username" | "email") {
    super(`${field} is taken`);
  }
}

export type Tx = Prisma.TransactionClient;
const SETUP = "setup_nonce";
const LIST_CAP = 10_000;
const SEARCH_CAP = 100;

const codeOf = (error: unknown) => (error as { code?: string })?.code;
export const isUniqueViolation = (error: unknown) => codeOf(error) === "P2002";
/** Raised at a statement as P2034, at a raw statement or at the commit as the adapter's own error. */
const isWriteConflict = (error: unknown) =>
  codeOf(error) === "P2034" || (error as { cause?: { kind?: string } })?.cause?.kind === "TransactionWriteConflict";

/**
 * A serializable transaction: what it read still holds when it commits (SQLite has one writer; PostgreSQL refuses one of
 * two that collide, and that one runs again).
 */
export async function transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const client: PrismaClient = await prisma();
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.$transaction(work, { isolationLevel: "Serializable", maxWait: 10_000, timeout: 10_000 });
    } catch (error) {
      if (codeOf(error) === "P2028") throw unavailable("The database is busy; nothing was stored");
      if (!isWriteConflict(error)) throw error;
      if (attempt >= 8) throw unavailable("Too many accounts change at this moment; nothing was stored");
      // Apart from the others, who would collide again if all came back at once.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
}

/** Rows carry the role as text; anything unknown has the rights of a plain user. */
const roleOf = (text: string): Role => (text === "admin" || text === "moderator" ? text : "user");
export const toRecord = (row: Omit<UserRecord, "role"> & { role: string }): UserRecord => ({
  ...row,
  role: roleOf(row.role),
});

export const toPublicUser = (user: UserRecord): Shown => ({
  id: user.id,
  username: user.username,
  email: user.email,
  fullname: user.fullname,
  role: user.role,
});
export const toProfile = (user: UserRecord): UserProfile => ({
  ...toPublicUser(user),
  created_at: iso(user.createdAt.getTime()),
  phone: user.phone,
  birthday: user.birthday,
  gender: user.gender,
  last_login: user.lastLogin && iso(user.lastLogin.getTime()),
  is_active: user.isActive,
  version: user.version,
  email_verified: user.emailVerified !== null,
});
export const toUserRow = (user: UserRecord, botCount: number): UserRow => ({
  ...toPublicUser(user),
  created_at: iso(user.createdAt.getTime()),
  is_active: user.isActive,
  last_login: user.lastLogin && iso(user.lastLogin.getTime()),
  bot_count: botCount,
});

async function otherActiveAdmins(tx: Tx, id: number): Promise<number> {
  return tx.user.count({ where: { role: "admin", isActive: true, id: { not: id } } });
}

/** Finds a username in any letter case: "Ada" and "ada" could pass for each other, so only one may exist. */
async function idByUsername(tx: Pick<Tx, "$queryRawUnsafe">, username: string): Promise<number | undefined> {
  const same = (rows: { id: number; username: string }[]) =>
    rows.find((row) => row.username.toLowerCase() === username.toLowerCase())?.id;
  const select = 'SELECT id, username FROM "user" WHERE';
  if (/^[ -~]*$/.test(username)) {
    const place = env.provider === "sqlite" ? "?1" : "$1";
    return same(await tx.$queryRawUnsafe(`${select} lower(username) = lower(${place}) LIMIT 1`, username));
  }
  // SQLite's lower(), and PostgreSQL's in some locales, know the letters of ASCII alone.
  return same(await tx.$queryRawUnsafe(`${select} octet_length(username) <> length(username)`));
}

/** @throws Taken */
export async function insertUser(tx: Tx, user: NewUser): Promise<UserRecord> {
  if ((await idByUsername(tx, user.username)) !== undefined) throw new Taken("username");
  if (await tx.user.findUnique({ where: { email: user.email }, select: { id: true } })) throw new Taken("email");
  return toRecord(await tx.user.create({ data: user }));
}

export function createUserStore() {
  const find = async (id: number): Promise<UserRecord | null> => {
    const row = await (await prisma()).user.findUnique({ where: { id } });
    return row && toRecord(row);
  };

  /** By username or e-mail address, in any case: a username holds no @, so the two never collide. */
  async function findByLogin(login: string): Promise<UserRecord | null> {
    const name = login.trim();
    const client = await prisma();
    const where = name.includes("@") ? { email: canonicalAddress(name) } : { username: name };
    const row = await client.user.findUnique({ where });
    if (row) return toRecord(row);
    const id = name.includes("@") ? undefined : await idByUsername(client, name);
    return id === undefined ? null : find(id);
  }

  /** @throws Taken */
  async function insert(user: NewUser): Promise<UserRecord> {
    try {
      return await transact((tx) => insertUser(tx, user));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Taken((await findByLogin(user.username)) ? "username" : "email");
    }
  }

  /**
   * Changes role or activation and ends the user's sessions with it.
   *
   * @param expected  the version that must still be stored
   * @returns null when there is no such user, "last-admin" when nobody would be left to administer, "stale" when another
   *   version is stored
   */
  function setAccess(
    id: number,
    change: { role?: Role; isActive?: boolean },
    expected?: number,
  ): Promise<UserRecord | null | "last-admin" | "stale"> {
    return transact(async (tx) => {
      const before = await tx.user.findUnique({ where: { id } });
      if (!before) return null;
      if (expected !== undefined && before.version !== expected) return "stale";
      const after = { role: change.role ?? before.role, isActive: change.isActive ?? before.isActive };
      const losesAdmin = before.role === "admin" && before.isActive && (after.role !== "admin" || !after.isActive);
      if (losesAdmin && (await otherActiveAdmins(tx, id)) === 0) return "last-admin";
      await tx.session.deleteMany({ where: { userId: id } });
      return toRecord(await tx.user.update({ where: { id }, data: { ...after, version: { increment: 1 } } }));
    });
  }

  /** Is this the only active admin? */
  async function isLastAdmin(id: number): Promise<boolean> {
    return transact(async (tx) => {
      const user = await tx.user.findUnique({ where: { id } });
      return user?.role === "admin" && user.isActive && (await otherActiveAdmins(tx, id)) === 0;
    });
  }

  /** Removes the user with its sessions, keys and linked accounts. @returns false for the last active admin */
  function remove(id: number, eraseTickets = false): Promise<boolean> {
    return transact(async (tx) => {
      const user = await tx.user.findUnique({ where: { id } });
      if (user?.role === "admin" && user.isActive && (await otherActiveAdmins(tx, id)) === 0) return false;
      if (user) await noteEnded(tx, "user", user);
      if (user && eraseTickets) await noteEnded(tx, "tickets", user);
      await tx.user.deleteMany({ where: { id } });
      return true;
    });
  }

  async function list(): Promise<UserRecord[]> {
    const rows = await (await prisma()).user.findMany({ orderBy: { id: "asc" }, take: LIST_CAP });
    return rows.map(toRecord);
  }

  /** Names by id. */
  async function usernames(ids: number[]): Promise<Map<number, string>> {
    const rows = await (await prisma()).user.findMany({
      where: { id: { in: ids } },
      select: { id: true, username: true },
    });
    return new Map(rows.map(({ id, username }) => [id, username]));
  }

  /** Users whose name or address holds the text, whatever its case. Prisma's `contains` takes `%` and `_` for wildcards. */
  async function search(text: string): Promise<UserRecord[]> {
    // LIKE ignores case on SQLite; on PostgreSQL only ILIKE does.
    const like = db().provider === "sqlite" ? "LIKE" : "ILIKE";
    const found = await db().all<{ id: number }>(
      `SELECT id FROM "user" WHERE username ${like} $1 ESCAPE '\\' OR email ${like} $1 ESCAPE '\\' ORDER BY id LIMIT ${SEARCH_CAP}`,
      [containing(text)],
    );
    const rows = await (await prisma()).user.findMany({
      where: { id: { in: found.map(({ id }) => Number(id)) } },
      orderBy: { id: "asc" },
    });
    return rows.map(toRecord);
  }

  return {
    find,
    findByLogin,
    insert,
    setAccess,
    isLastAdmin,
    usernames,
    remove,
    list,
    search,

    /** The oldest active admin: whom API_TOKEN acts as. */
    async oldestAdmin(): Promise<UserRecord | null> {
      const row = await (await prisma()).user.findFirst({
        where: { role: "admin", isActive: true },
        orderBy: { id: "asc" },
      });
      return row && toRecord(row);
    },

    /** @returns false when the user is gone, or no longer at version `expected` */
    async setProfile(
      id: number,
      change: { fullname?: string; phone?: string | null; birthday?: string | null; gender?: string | null },
      expected?: number,
    ): Promise<boolean> {
      const { count } = await (await prisma()).user.updateMany({
        where: { id, version: expected },
        data: { ...change, version: { increment: 1 } },
      });
      return count > 0;
    },

    /**
     * Sets the password, ends every session and voids outstanding reset links.
     *
     * @param keysEndedAt revokes every API key as of then; null leaves them
     * @returns how many sessions and keys ended
     */
    setPassword(id: number, passwordHash: string, keysEndedAt: Date | null): Promise<EndedAccess> {
      return transact(async (tx) => {
        await tx.user.updateMany({ where: { id }, data: { passwordHash } });
        const sessions = await tx.session.deleteMany({ where: { userId: id } });
        await tx.passwordReset.deleteMany({ where: { userId: id } });
        if (!keysEndedAt) return { sessions: sessions.count, api_keys: 0 };
        const keys = await tx.apiKey.findMany({ where: { userId: id, revokedAt: null }, select: { id: true } });
        await noteEnded(tx, "key", ...keys);
        await tx.apiKey.updateMany({ where: { userId: id, revokedAt: null }, data: { revokedAt: keysEndedAt } });
        return { sessions: sessions.count, api_keys: keys.length };
      });
    },

    /** Notes that a link sent to the address was opened. */
    async markVerified(id: number, at: Date): Promise<void> {
      await (await prisma()).user.updateMany({ where: { id, emailVerified: null }, data: { emailVerified: at } });
    },

    /** The user's id at Discord, when one is linked. */
    async discordId(id: number): Promise<string | null> {
      const linked = await (await prisma()).account.findFirst({ where: { userId: id, provider: "discord" } });
      return linked?.providerAccountId ?? null;
    },

    /** Has anybody become this server's admin? In raw SQL: pages ask before Prisma is loaded. */
    async isClaimed(): Promise<boolean> {
      return (await db().all(`SELECT 1 FROM "user" WHERE role = 'admin' AND is_active LIMIT 1`)).length > 0;
    },

    /**
     * True when there is nothing to do at a start: an active admin, every named account, no open setup link. Raw SQL,
     * because loading Prisma for these three look-ups would double a start's CPU.
     */
    async isSetUp(admin: string | undefined, others: string[]): Promise<boolean> {
      const found = async (sql: string, params: string[] = []) => (await db().all(sql, params)).length > 0;
      if (!(await found(`SELECT 1 FROM "user" WHERE role = 'admin' AND is_active LIMIT 1`))) return false;
      if (await found("SELECT 1 FROM setting WHERE key = $1", [SETUP])) return false;
      const active = `SELECT 1 FROM "user" WHERE username = $1 AND role = 'admin' AND is_active`;
      if (admin !== undefined && !(await found(active, [admin]))) return false;
      for (const name of others) if (!(await found(`SELECT 1 FROM "user" WHERE username = $1`, [name]))) return false;
      return true;
    },

    /** The nonce the setup link is derived from; made when missing. Several processes starting at once get the same. */
    async setupNonce(make: () => string): Promise<string> {
      const client = await prisma();
      try {
        return (
          await client.setting.upsert({ where: { key: SETUP }, update: {}, create: { key: SETUP, value: make() } })
        ).value;
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        return (await client.setting.findUniqueOrThrow({ where: { key: SETUP } })).value;
      }
    },
    async currentSetupNonce(): Promise<string | null> {
      return (await (await prisma()).setting.findUnique({ where: { key: SETUP } }))?.value ?? null;
    },
    async dropSetupNonce(): Promise<void> {
      await (await prisma()).setting.deleteMany({ where: { key: SETUP } });
    },

    /**
     * Spends the nonce and makes the first admin, both or neither: of two claims at once one wins.
     *
     * @returns null when the nonce is spent
     * @throws Taken
     */
    claim(nonce: string, user: NewUser): Promise<UserRecord | null> {
      return transact(async (tx) => {
        const spent = await tx.setting.deleteMany({ where: { key: SETUP, value: nonce } });
        return spent.count === 1 ? insertUser(tx, user) : null;
      });
    },
  };
}

export type UserStore = ReturnType<typeof createUserStore>;
