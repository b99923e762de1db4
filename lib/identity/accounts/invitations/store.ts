/** Invitations. A link's token is stored as its hash. */
import { accountTarget, describeAct } from "@/lib/core/acts";
import { iso } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { lockName, type Queries, query, type Row, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { claimIdentity, type Identity, linkInvited } from "@/lib/identity/accounts/links/store";
import { insertUser } from "@/lib/identity/accounts/store.changes";
import type { NewUser, UserRecord } from "@/lib/identity/accounts/store.rows";

type InvitationRow = Omit<Row<"invitation">, "team_role"> & { team_role: TeamRole | null };
type NewInvitation = Omit<InvitationRow, "id" | "used_at" | "used_by">;
export type Named = InvitationRow & { creator: string; creator_role: string; guest: string | null };
/** Makes somebody a member of the team that an invitation is for. @throws AppError when that was refused */
export type Admit = (trx: Queries, invitation: Named, userId: number) => Promise<void>;

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;

/** Invitations with the names of the admin and of the account that was made. */
const named = (queries: Queries = query()) =>
  queries
    .selectFrom("invitation as i")
    .innerJoin("user as creator", "creator.id", "i.created_by")
    .leftJoin("user as guest", "guest.id", "i.used_by")
    .selectAll("i")
    .select(["creator.username as creator", "creator.role as creator_role", "guest.username as guest"])
    .$castTo<Named>();

/**
 * Open invitations, of admins who are still active admins: whoever lost that right invites nobody. For those to teams,
 * the caller asks whether their makers still own the team.
 */
const open = (tokenHash: string, at: number, queries: Queries = query()) =>
  named(queries)
    .where("i.token_hash", "=", tokenHash)
    .where("i.used_at", "is", null)
    .where("i.expires_at", ">", at)
    .where((eb) => eb.or([eb("creator.role", "=", "admin"), eb("i.team_id", "is not", null)]))
    .where("creator.is_active", "=", 1);

/** Marks an open invitation as used. @returns false when another use came first */
async function spend(trx: Queries, id: number, at: number): Promise<boolean> {
  const spent = trx.updateTable("invitation").set({ used_at: at }).where("id", "=", id).where("used_at", "is", null);
  return (await spent.executeTakeFirst()).numUpdatedRows > 0n;
}

const usedBy = (trx: Queries, id: number, userId: number) =>
  trx.updateTable("invitation").set({ used_by: userId }).where("id", "=", id).execute();

const countRows = (trx: Queries) => trx.selectFrom("invitation").select((eb) => eb.fn.countAll<number>().as("rows"));

/** Counts the open invitations to a team, or to the server alone. */
async function countOpen(trx: Queries, teamId: number | null, at: number): Promise<number> {
  const open = countRows(trx).where("used_at", "is", null).where("expires_at", ">", at);
  return (await open.where("team_id", teamId === null ? "is" : "=", teamId).executeTakeFirstOrThrow()).rows;
}

/** Counts the invitations to teams that a person made since a time. */
async function countMade(trx: Queries, userId: number, since: number): Promise<number> {
  const made = countRows(trx).where("created_by", "=", userId).where("created_at", ">", since);
  return (await made.where("team_id", "is not", null).executeTakeFirstOrThrow()).rows;
}

/**
 * Stores an invitation.
 *
 * @param max.open how many may be open, to the team or to the server alone
 * @param max.made how many the maker may have made for teams within a day, this one included
 * @returns which of both is reached
 */
const insert = (
  invitation: NewInvitation,
  max: { open: number; made: number },
): Promise<InvitationRow | "open" | "made"> =>
  transaction(async (trx) => {
    const { team_id, team_role, created_by, created_at } = invitation;
    await lockName(trx, `invitations:${team_id === null ? "server" : created_by}`);
    if ((await countOpen(trx, team_id, created_at)) >= max.open) return "open";
    if (team_id !== null && (await countMade(trx, created_by, created_at - DAY_MS)) >= max.made) return "made";
    const made = await trx.insertInto("invitation").values(invitation).returningAll().executeTakeFirstOrThrow();
    const { id, email, role, is_mailed, expires_at } = made;
    const after = { role: team_role ?? role, is_mailed: is_mailed === 1, expires_at: iso(expires_at) };
    describeAct({ target: { type: "invitation", id, name: email }, team_id, after });
    return { ...made, team_role };
  });

/** A page of all invitations, or of those to a team. */
const page = (limit: number, after: Cursor | undefined, teamId?: number): Promise<Page<Named>> => {
  const found = named().$if(teamId !== undefined, (rows) => rows.where("i.team_id", "=", teamId!));
  const all = query().selectFrom(found.as("invitation")).selectAll();
  return readPage(all, { by: ["id"], direction: "desc" }, { after, limit });
};

/** Ends an open invitation to a team. Its row stays, because the invitations of a day are counted. @returns false without one */
const end = (teamId: number, id: number, at: number): Promise<boolean> =>
  transaction(async (trx) => {
    const ended = await trx
      .updateTable("invitation")
      .set({ expires_at: at })
      .where("id", "=", id)
      .where("team_id", "=", teamId)
      .where("used_at", "is", null)
      .where("expires_at", ">", at)
      .returning(["email", "team_role"])
      .executeTakeFirst();
    if (ended)
      describeAct({
        ...{ target: { type: "invitation", id, name: ended.email }, team_id: teamId },
        before: { role: ended.team_role },
      });
    return ended !== undefined;
  });

/** Open invitations that a person made, newest first. */
const createdBy = (userId: number, at: number, limit: number) =>
  query()
    .selectFrom("invitation")
    .select(["id", "email", "role", "team_id", "team_role"])
    .where("created_by", "=", userId)
    .where("used_at", "is", null)
    .where("expires_at", ">", at)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();

/** Ends an open invitation, to a team or to the server. @returns false when there is no such open invitation */
async function withdraw(id: number, at: number): Promise<boolean> {
  const ended = await query()
    .updateTable("invitation")
    .set({ expires_at: at })
    .where("id", "=", id)
    .where("used_at", "is", null)
    .where("expires_at", ">", at)
    .executeTakeFirst();
  return ended.numUpdatedRows > 0n;
}

/** @returns false when there is no such open invitation */
async function remove(id: number): Promise<boolean> {
  return transaction(async (trx) => {
    const removed = await trx
      .deleteFrom("invitation")
      .where("id", "=", id)
      .where("used_at", "is", null)
      .returning(["email", "role"])
      .executeTakeFirst();
    if (removed)
      describeAct({ target: { type: "invitation", id, name: removed.email }, before: { role: removed.role } });
    return removed !== undefined;
  });
}

const find = async (tokenHash: string, at: number): Promise<Named | null> =>
  (await open(tokenHash, at).executeTakeFirst()) ?? null;

/**
 * Spends an invitation on a new account. Of two simultaneous uses, one gets the account and the other null.
 *
 * @param identity opens the new account; without one the account has a password
 * @returns "linked" when the identity has an account already, so that it needs none
 * @throws Taken when the name or the address is in use; the invitation stays open, also when `admit` throws
 */
const accept = (
  tokenHash: string,
  at: number,
  toUser: (invitation: InvitationRow) => NewUser,
  admit: Admit,
  identity?: Identity,
): Promise<UserRecord | null | "linked"> =>
  transaction(async (trx) => {
    // Its lock comes first, as where a sign-in makes an account, so that the two cannot wait for each other.
    if (identity && !(await claimIdentity(trx, identity))) return "linked";
    const invitation = await open(tokenHash, at, trx).executeTakeFirst();
    if (!invitation || !(await spend(trx, invitation.id, at))) return null;
    const user = await insertUser(trx, toUser(invitation));
    if (identity) await linkInvited(trx, user, identity);
    await usedBy(trx, invitation.id, user.id);
    const { team_id, team_role } = invitation;
    if (team_id === null) return user;
    await admit(trx, invitation, user.id);
    // The act created an account; that it joined a team is one of its values.
    describeAct({ target: accountTarget(user), team_id, after: { team_id, team_role } });
    return user;
  });

/** Spends an invitation to a team on an existing account. @returns null when it is over; @throws what `admit` throws */
const join = (tokenHash: string, at: number, userId: number, admit: Admit): Promise<Named | null> =>
  transaction(async (trx) => {
    const invitation = await open(tokenHash, at, trx).where("i.team_id", "is not", null).executeTakeFirst();
    if (!invitation || !(await spend(trx, invitation.id, at))) return null;
    await usedBy(trx, invitation.id, userId);
    await admit(trx, invitation, userId);
    return invitation;
  });

/** Removes invitations a month after their end. */
async function sweep(at: number): Promise<void> {
  await query()
    .deleteFrom("invitation")
    .where("expires_at", "<=", at - MONTH_MS)
    .execute();
}

export const createInvitationStore = () => ({
  ...{ insert, page, end, remove, find, accept, join, sweep },
  ...{ createdBy, withdraw },
});

export type InvitationStore = ReturnType<typeof createInvitationStore>;
