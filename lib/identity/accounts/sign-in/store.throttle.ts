/** Failed attempts by key, in the database: exact across processes and restarts. */
import { prisma } from "@/lib/core/db";
import { isUniqueViolation } from "@/lib/identity/accounts/store";

export type Failures = { failures: number; lastAt: Date; lockedUntil: Date | null };

export function createThrottleStore() {
  return {
    async find(key: string): Promise<Failures | null> {
      return (await prisma()).loginThrottle.findUnique({ where: { key } });
    },

    /** Writes `next` if the row is still as it was read (`before`). @returns false when somebody else was faster */
    async replace(key: string, before: Failures | null, next: Failures): Promise<boolean> {
      const table = (await prisma()).loginThrottle;
      if (before) {
        const { failures, lastAt } = before;
        return (await table.updateMany({ where: { key, failures, lastAt }, data: next })).count > 0;
      }
      try {
        await table.create({ data: { key, ...next } });
        return true;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },

    async clear(key: string): Promise<void> {
      await (await prisma()).loginThrottle.deleteMany({ where: { key } });
    },

    /** Removes every key that begins with `prefix`. */
    async clearBelow(prefix: string): Promise<void> {
      await (await prisma()).loginThrottle.deleteMany({ where: { key: { startsWith: prefix } } });
    },

    /** Takes one failure back, and the lock if that failure brought it. */
    async takeBack(key: string, unlock: boolean): Promise<void> {
      await (await prisma()).loginThrottle.updateMany({
        where: { key, failures: { gt: 0 } },
        data: { failures: { decrement: 1 }, ...(unlock && { lockedUntil: null }) },
      });
    },

    async sweep(lastBefore: Date): Promise<void> {
      await (await prisma()).loginThrottle.deleteMany({ where: { lastAt: { lt: lastBefore } } });
    },
  };
}

export type ThrottleStore = ReturnType<typeof createThrottleStore>;
