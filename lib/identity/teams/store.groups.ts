/** Memberships that groups at a sign-in provider gave. Each names its provider, and the statements here touch no other. */
import type { TeamRole } from "@/lib/core/contract.roles";
import { query, transaction } from "@/lib/core/db";
import { insertMember, type Refused } from "./store";

type Given = { team_id: number; user_id: number; provider: string };

/** Gives or changes a membership. @returns "is-member" when somebody else gave one, or why adding was refused */
const give = (member: Given & { role: TeamRole; added_at: number }): Promise<Refused | undefined> =>
  transaction(async (trx) => {
    const refused = await insertMember(trx, member);
    if (refused !== "is-member") return refused;
    const { numUpdatedRows } = await trx
      .updateTable("team_member")
      .set({ role: member.role })
      .where("team_id", "=", member.team_id)
      .where("user_id", "=", member.user_id)
      .where("provider", "=", member.provider)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n ? undefined : refused;
  });

/** Ends a membership. @returns "no-member" when an owner has changed or ended it since */
async function withdraw({ team_id, user_id, provider }: Given): Promise<Refused | undefined> {
  const { numDeletedRows } = await query()
    .deleteFrom("team_member")
    .where("team_id", "=", team_id)
    .where("user_id", "=", user_id)
    .where("provider", "=", provider)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n ? undefined : "no-member";
}

/** The memberships that a provider's groups gave to a person. */
const givenTo = (userId: number, provider: string): Promise<{ team_id: number; role: TeamRole }[]> =>
  query()
    .selectFrom("team_member")
    .select(["team_id", "role"])
    .where("user_id", "=", userId)
    .where("provider", "=", provider)
    .$narrowType<{ role: TeamRole }>()
    .execute();

export const createGroupStore = () => ({ give, withdraw, givenTo });
export type GroupStore = ReturnType<typeof createGroupStore>;
