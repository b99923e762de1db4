/**
 * next-auth's adapter over the same tables, as far as it reads and ends sessions: at this border integer user ids become
 * text, epoch milliseconds become dates and session tokens are hashed. People sign in elsewhere (service.ts,
 * links/service.ts), so it makes neither users nor sessions.
 */
import type { Adapter, AdapterUser } from "next-auth/adapters";
import { prisma } from "@/lib/core/db";

type Deps = {
  hash: (token: string) => string;
  sessionEnded: (session: { user_id: number; session_id: string }) => void;
};

/** Prisma reads the integers of our tables as `bigint`. */
const toDate = (ms: bigint) => new Date(Number(ms));

export async function createAdapter({ hash, sessionEnded }: Deps): Promise<Adapter> {
  const client = await prisma();
  return {
    async getSessionAndUser(sessionToken) {
      const row = await client.session.findUnique({
        where: { sessionToken: hash(sessionToken) },
        include: { user: true },
      });
      if (!row?.user.isActive) return null;
      const { id, email, username: name, role } = row.user;
      const emailVerified = row.user.emailVerified === null ? null : toDate(row.user.emailVerified);
      return {
        session: { sessionToken, userId: String(id), expires: toDate(row.expires) },
        // No picture: pages load nothing from other hosts.
        user: { id: String(id), email, emailVerified, name, role } as AdapterUser,
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
