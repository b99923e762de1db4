/** The access that people have now, read before a restored backup takes the place of the database. */
import type { Queries, Row } from "@/lib/core/db";
import { nonce } from "@/lib/identity/accounts/setup/store";

/**
 * Users are matched by id and creation time, because a backup of another server has other people under the same ids.
 */
type PresentUser = Pick<Row<"user">, "id" | "created_at" | "role" | "is_active" | "password_hash">;
export type PresentAccounts = {
  users: PresentUser[];
  ended: Row<"ended_access">[];
  factors: Row<"second_factor">[];
  recoveryCodes: Row<"recovery_code">[];
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
    setupNonce: await nonce.read(present),
    session:
      sessionId === undefined
        ? undefined
        : await present.selectFrom("session").selectAll().where("id", "=", sessionId).executeTakeFirst(),
  };
}
