/** The access that people have now, read before a restored backup takes the place of the database. */
import type { Queries, Row } from "@/lib/core/db";
import { nonce } from "@/lib/identity/accounts/setup/store";

/** The columns of a key that a rotation changes. */
const ROTATED = ["id", "prefix", "key_hash", "previous_hash", "previous_until", "rotated_at"] as const;
/**
 * Users are matched by id and creation time, because a backup of another server has other people under the same ids.
 */
type PresentUser = Pick<Row<"user">, "id" | "created_at" | "role" | "is_active" | "password_hash">;
export type PresentAccounts = {
  users: PresentUser[];
  ended: Row<"ended_access">[];
  factors: Row<"second_factor">[];
  recoveryCodes: Row<"recovery_code">[];
  rotatedKeys: Pick<Row<"api_key">, (typeof ROTATED)[number]>[];
  passkeys: Row<"passkey">[];
  spentChallenges: Row<"spent_challenge">[];
  setupNonce: string | null;
  /** The session of the person who restores: it is valid now and stays so. */
  session: Row<"session"> | undefined;
};

export const keyOf = ({ id, created_at }: Pick<PresentUser, "id" | "created_at">) => `${id}:${created_at}`;

/** @throws what the database says when it is not readable */
export async function readAccounts(present: Queries, sessionId: string | undefined): Promise<PresentAccounts> {
  const revoked = await present
    .selectFrom("api_key")
    .select(["id", "revoked_at"])
    .where("revoked_at", "is not", null)
    .execute();
  return {
    users: await present
      .selectFrom("user")
      .select(["id", "created_at", "role", "is_active", "password_hash"])
      .execute(),
    ended: [
      ...(await present.selectFrom("ended_access").selectAll().execute()),
      ...revoked.map(({ id, revoked_at }) => ({ kind: "key", ref: id, at: revoked_at! })),
    ],
    factors: await present.selectFrom("second_factor").selectAll().execute(),
    recoveryCodes: await present.selectFrom("recovery_code").selectAll().execute(),
    rotatedKeys: await present.selectFrom("api_key").select(ROTATED).where("rotated_at", "is not", null).execute(),
    passkeys: await present.selectFrom("passkey").selectAll().execute(),
    spentChallenges: await present.selectFrom("spent_challenge").selectAll().execute(),
    setupNonce: await nonce.read(present),
    session:
      sessionId === undefined
        ? undefined
        : await present.selectFrom("session").selectAll().where("id", "=", sessionId).executeTakeFirst(),
  };
}

/** The ids of the people in the backup who are the same ones now. */
export async function unchangedPeople(staged: Queries, { users }: PresentAccounts): Promise<Set<number>> {
  const now = new Set(users.map(keyOf));
  const people = await staged.selectFrom("user").select(["id", "created_at"]).execute();
  return new Set(people.filter((user) => now.has(keyOf(user))).map(({ id }) => id));
}
