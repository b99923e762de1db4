/**
 * next-auth's adapter over the same tables: integer user ids become text at this border, session tokens are hashed, and
 * a provider's own tokens are not kept (nothing here calls the provider again).
 */
import { PrismaAdapter } from "@next-auth/prisma-adapter";
import type { Adapter, AdapterAccount, AdapterSession, AdapterUser } from "next-auth/adapters";
import { prisma } from "@/lib/db";
import { Taken, type UserStore } from "./store";

type Deps = {
  users: Pick<UserStore, "insert">;
  now: () => number;
  newId: (prefix: string) => string;
  hash: (token: string) => string;
  sessionEnded: (session: { user_id: number; session_id: string }) => void;
};

/** A username of the provider's name: letters, digits, dot, dash and underscore only. */
const usernameOf = (name: string): string => {
  const plain = name
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}_.-]+/gu, "_")
    .slice(0, 48);
  return plain.length >= 3 ? plain : `user_${plain}`;
};

type Row = { id: number; username: string; email: string; emailVerified: Date | null };
/** No picture: pages load nothing from other hosts. */
const toUser = ({ id, username, email, emailVerified }: Row): AdapterUser => ({
  id: String(id),
  email,
  emailVerified,
  name: username,
});

export async function createAdapter({ users, now, newId, hash, sessionEnded }: Deps): Promise<Adapter> {
  const client = await prisma();
  const base = PrismaAdapter(client as unknown as Parameters<typeof PrismaAdapter>[0]);

  async function createUser({ name, email }: Omit<AdapterUser, "id">): Promise<AdapterUser> {
    const wanted = usernameOf(name ?? email.split("@")[0]!);
    for (let attempt = 0; ; attempt++) {
      const username = attempt === 0 ? wanted : `${wanted}_${newId("u").slice(-6)}`;
      const user = { username, email: email.toLowerCase(), fullname: (name ?? "").slice(0, 128) };
      try {
        const made = await users.insert({ ...user, passwordHash: null, role: "user", createdAt: new Date(now()) });
        // The provider vouched for the address (next-auth.ts lets no other in).
        return toUser(await client.user.update({ where: { id: made.id }, data: { emailVerified: made.createdAt } }));
      } catch (error) {
        if (!(error instanceof Taken) || error.field !== "username" || attempt >= 5) throw error;
      }
    }
  }

  return {
    createUser: createUser as Adapter["createUser"],
    async getUser(id) {
      const row = await client.user.findUnique({ where: { id: Number(id) } });
      return row && toUser(row);
    },
    async getUserByEmail(email) {
      const row = await client.user.findUnique({ where: { email: email.toLowerCase() } });
      return row && toUser(row);
    },
    async getUserByAccount({ provider, providerAccountId }) {
      const row = (await base.getUserByAccount!({ provider, providerAccountId })) as unknown as Row | null;
      return row && toUser(row);
    },
    async updateUser({ id, emailVerified }) {
      return toUser(await client.user.update({ where: { id: Number(id) }, data: { emailVerified } }));
    },
    async linkAccount({ userId, type, provider, providerAccountId }: AdapterAccount) {
      await client.account.create({ data: { userId: Number(userId), type, provider, providerAccountId } });
    },
    async createSession({ sessionToken, userId, expires }): Promise<AdapterSession> {
      const id = newId("ses");
      const data = { id, sessionToken: hash(sessionToken), userId: Number(userId), expires };
      await client.session.create({ data });
      await client.user.update({ where: { id: data.userId }, data: { lastLogin: new Date(now()) } });
      return { sessionToken, userId, expires };
    },
    async getSessionAndUser(sessionToken) {
      const row = await client.session.findUnique({
        where: { sessionToken: hash(sessionToken) },
        include: { user: true },
      });
      if (!row?.user.isActive) return null;
      return {
        session: { sessionToken, userId: String(row.userId), expires: row.expires },
        user: { ...toUser(row.user), role: row.user.role } as AdapterUser,
      };
    },
    /** Sessions last seven days from sign-in, however often they are used. */
    updateSession: async () => null,
    async deleteSession(sessionToken) {
      const row = await client.session.findUnique({ where: { sessionToken: hash(sessionToken) } });
      if (!row) return;
      await client.session.deleteMany({ where: { id: row.id } });
      sessionEnded({ user_id: row.userId, session_id: row.id });
    },
  };
}

/** What is known of a provider's identity: nothing yet, an active account, or a deactivated one. */
export async function linkedAccount(
  provider: string,
  providerAccountId: string,
): Promise<"none" | "active" | "deactivated"> {
  const linked = await (await prisma()).account.findUnique({
    where: { provider_providerAccountId: { provider, providerAccountId } },
    include: { user: true },
  });
  return linked ? (linked.user.isActive ? "active" : "deactivated") : "none";
}
