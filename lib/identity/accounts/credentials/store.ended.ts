/** The ledger of access that was taken away for good: restoring an older backup does not give it back (lib/operations/backups). */
import type { Queries, Row } from "@/lib/core/db";

const refs = {
  user: (user: Pick<Row<"user">, "id" | "created_at">) => `${user.id}:${user.created_at}`,
  key: (key: Pick<Row<"api_key">, "id">) => key.id,
  team_key: (key: Pick<Row<"team_key">, "id">) => key.id,
  /** Ids of teams are never given twice. */
  team: (team: Pick<Row<"team">, "id">) => String(team.id),
  /** The tickets of a deleted user are to be erased, not kept without a name. */
  tickets: (user: Pick<Row<"user">, "id">) => String(user.id),
  link: (link: Pick<Row<"account">, "user_id" | "provider" | "provider_account_id">) =>
    `${link.user_id}:${link.provider}:${link.provider_account_id}`,
};
type Refs = typeof refs;

/** Notes that the access ended at `at`, in the transaction that ends it. */
export async function noteEnded<K extends keyof Refs>(
  trx: Queries,
  at: number,
  kind: K,
  ...ended: Parameters<Refs[K]>[0][]
): Promise<void> {
  const refOf = refs[kind] as (one: Parameters<Refs[K]>[0]) => string;
  for (const one of ended)
    await trx
      .insertInto("ended_access")
      .values({ kind, ref: refOf(one), at })
      .onConflict((noted) => noted.doNothing())
      .execute();
}

/** Takes a note back: the same provider account was linked to the same user again. */
export async function forgetEndedLink(trx: Queries, link: Parameters<Refs["link"]>[0]): Promise<void> {
  await trx.deleteFrom("ended_access").where("kind", "=", "link").where("ref", "=", refs.link(link)).execute();
}
