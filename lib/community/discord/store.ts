/** States of sign-ins that came back, in the database so that each works once whichever process it comes back to. */
import { prisma } from "@/lib/core/db";

export function createStateStore() {
  return {
    /** @returns false when it was spent before */
    async spend(nonce: string, expiresAt: Date): Promise<boolean> {
      try {
        await (await prisma()).spentState.create({ data: { nonce, expiresAt } });
        return true;
      } catch (error) {
        if ((error as { code?: string }).code === "P2002") return false;
        throw error;
      }
    },

    /** Removes states that nobody could use any more, spent or not. */
    async sweep(at: Date): Promise<void> {
      await (await prisma()).spentState.deleteMany({ where: { expiresAt: { lte: at } } });
    },
  };
}

export type StateStore = ReturnType<typeof createStateStore>;
