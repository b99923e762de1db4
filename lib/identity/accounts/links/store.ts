/** Accounts at providers (Discord), linked to users here. Nothing a provider gave us to call it with is kept. */
import { prisma } from "@/lib/core/db";
import { forgetEndedLink, noteEnded } from "@/lib/identity/accounts/credentials/store.ended";
import {
  insertUser,
  isUniqueViolation,
  type NewUser,
  type Tx,
  toRecord,
  transact,
  type UserRecord,
} from "@/lib/identity/accounts/store";

/** A person's identity at a provider. `avatar` is a URL. */
export type Identity = {
  provider: "discord";
  id: string;
  username: string;
  discriminator: string;
  avatar: string | null;
};
export type Linked = Identity & { founding: boolean };

const key = ({ provider, id }: Pick<Identity, "provider" | "id">) => ({
  provider_providerAccountId: { provider, providerAccountId: id },
});
const shown = ({ username, discriminator, avatar }: Identity) => ({ username, discriminator, avatar });
const row = (userId: number, identity: Identity, founding: boolean) => ({
  userId,
  type: "oauth",
  provider: identity.provider,
  providerAccountId: identity.id,
  founding,
  ...shown(identity),
});

/** A unique violation is one of two at once: the other came first. */
async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await transact(work);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return transact(work);
  }
}

export function createLinkStore() {
  return {
    /** The user behind an identity, and whether the identity made that user. */
    async find(identity: Pick<Identity, "provider" | "id">): Promise<{ user: UserRecord; founding: boolean } | null> {
      const found = await (await prisma()).account.findUnique({ where: key(identity), include: { user: true } });
      return found && { user: toRecord(found.user), founding: found.founding };
    },

    async ofUser(userId: number, provider: Identity["provider"]): Promise<Linked | null> {
      const found = await (await prisma()).account.findFirst({ where: { userId, provider } });
      return (
        found && {
          provider,
          id: found.providerAccountId,
          username: found.username ?? found.providerAccountId,
          discriminator: found.discriminator ?? "0",
          avatar: found.avatar,
          founding: found.founding,
        }
      );
    },

    /** Notes the name and picture the identity has now. */
    async refresh(identity: Identity): Promise<void> {
      const { provider, id: providerAccountId } = identity;
      await (await prisma()).account.updateMany({ where: { provider, providerAccountId }, data: shown(identity) });
    },

    /** Makes a user with the identity linked, both or neither. @returns null when the identity has a user already @throws Taken */
    found(user: NewUser, identity: Identity): Promise<UserRecord | null> {
      return once(async (tx) => {
        if (await tx.account.findUnique({ where: key(identity) })) return null;
        // The provider vouches for the address; others are not let in.
        const made = await insertUser(tx, { ...user, emailVerified: user.createdAt });
        await tx.account.create({ data: row(made.id, identity, true) });
        return made;
      });
    },

    /** @returns "taken" when another user has the identity, "other" when the user has another identity there */
    link(userId: number, identity: Identity): Promise<"linked" | "taken" | "other"> {
      return once(async (tx) => {
        const known = await tx.account.findUnique({ where: key(identity) });
        if (known) return known.userId === userId ? "linked" : "taken";
        if (await tx.account.findFirst({ where: { userId, provider: identity.provider } })) return "other";
        const link = row(userId, identity, false);
        await tx.account.create({ data: link });
        await forgetEndedLink(tx, link);
        return "linked";
      });
    },

    /** @returns "only-way" when the user could not sign in any more */
    unlink(userId: number, provider: Identity["provider"]): Promise<"unlinked" | "none" | "only-way"> {
      return transact(async (tx) => {
        const user = await tx.user.findUnique({ where: { id: userId } });
        const linked = await tx.account.findMany({ where: { userId, provider } });
        if (!user || linked.length === 0) return "none";
        if (!user.passwordHash) return "only-way";
        await noteEnded(tx, "link", ...linked);
        await tx.account.deleteMany({ where: { userId, provider } });
        return "unlinked";
      });
    },
  };
}

export type LinkStore = ReturnType<typeof createLinkStore>;
