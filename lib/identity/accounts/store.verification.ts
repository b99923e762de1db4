/** Links that prove an e-mail address, and accounts that wait for one. Only hashes of the links' tokens are stored. */
import { prisma } from "@/lib/core/db";
import { insertUser, type NewUser, Taken, toRecord, transact, type UserRecord } from "./store";

type Link = { id: string; tokenHash: string; createdAt: Date; expiresAt: Date };
export type NewVerification = Link & { userId: number; email: string };
export type NewPending = Link & { username: string; email: string; fullname: string; passwordHash: string };

export function createVerificationStore() {
  return {
    /** @returns false when `max` links were made for the user since `since` */
    insert(link: NewVerification, limit: { max: number; since: Date }): Promise<boolean> {
      return transact(async (tx) => {
        const where = { userId: link.userId, createdAt: { gt: limit.since } };
        if ((await tx.emailVerification.count({ where })) >= limit.max) return false;
        await tx.emailVerification.create({ data: link });
        return true;
      });
    },

    async insertPending(pending: NewPending): Promise<void> {
      await (await prisma()).pendingAccount.create({ data: pending });
    },

    /**
     * Spends a link: of two uses at once one finds it. The address counts only if it still is the account's.
     *
     * @returns null when the link is unknown, used, expired, or of another address
     */
    spend(tokenHash: string, at: Date): Promise<UserRecord | null> {
      return transact(async (tx) => {
        const link = await tx.emailVerification.findUnique({ where: { tokenHash }, include: { user: true } });
        if (!link || link.expiresAt <= at || link.email !== link.user.email) return null;
        await tx.emailVerification.deleteMany({ where: { userId: link.userId } });
        return toRecord(await tx.user.update({ where: { id: link.userId }, data: { emailVerified: at } }));
      });
    },

    /**
     * Makes the account that waited for this link.
     *
     * @returns null when the link is unknown, used or expired, or the address has an account by now
     * @throws Taken when somebody else has the username by now
     */
    spendPending(tokenHash: string, at: Date): Promise<UserRecord | null> {
      return transact(async (tx) => {
        const pending = await tx.pendingAccount.findUnique({ where: { tokenHash } });
        if (!pending || pending.expiresAt <= at) return null;
        const { username, email, fullname, passwordHash } = pending;
        const user: NewUser = { username, email, fullname, passwordHash, role: "user", createdAt: at };
        try {
          const made = await insertUser(tx, { ...user, emailVerified: at });
          await tx.pendingAccount.deleteMany({ where: { email } });
          return made;
        } catch (error) {
          if (error instanceof Taken && error.field === "email") return null;
          throw error;
        }
      });
    },

    async sweep(at: Date): Promise<void> {
      const client = await prisma();
      await client.emailVerification.deleteMany({ where: { expiresAt: { lte: at } } });
      await client.pendingAccount.deleteMany({ where: { expiresAt: { lte: at } } });
    },
  };
}

export type VerificationStore = ReturnType<typeof createVerificationStore>;
