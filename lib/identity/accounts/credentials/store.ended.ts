/** The ledger of access that was taken away for good: restoring an older backup does not give it back (lib/operations/backups). */
import type { Tx } from "@/lib/identity/accounts/store";

const refs = {
  user: (user: { id: number; createdAt: Date }) => `${user.id}:${user.createdAt.getTime()}`,
  key: (key: { id: string }) => key.id,
  /** The tickets of a deleted user are to be erased, not kept without a name. */
  tickets: (user: { id: number }) => String(user.id),
  link: (link: { userId: number; provider: string; providerAccountId: string }) =>
    `${link.userId}:${link.provider}:${link.providerAccountId}`,
};
type Refs = typeof refs;

/** Notes that the access has ended, in the transaction that ends it. */
export async function noteEnded<K extends keyof Refs>(
  tx: Tx,
  kind: K,
  ...ended: Parameters<Refs[K]>[0][]
): Promise<void> {
  const refOf = refs[kind] as (one: Parameters<Refs[K]>[0]) => string;
  for (const one of ended) {
    const row = { kind, ref: refOf(one) };
    await tx.endedAccess.upsert({ where: { kind_ref: row }, update: {}, create: row });
  }
}

/** Takes a note back: the same provider account was linked to the same user again. */
export async function forgetEndedLink(tx: Tx, link: Parameters<Refs["link"]>[0]): Promise<void> {
  await tx.endedAccess.deleteMany({ where: { kind: "link", ref: refs.link(link) } });
}
