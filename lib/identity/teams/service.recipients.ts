/** With whom bots are shared: people and teams, as requests name them, and the announcement that their rights have changed. */
import type { Emit } from "@/lib/core/bus";
import { isoOrNull } from "@/lib/core/clock";
import { parseTime } from "@/lib/core/contract.time";
import { AppError, invalid } from "@/lib/core/errors";
import { FIRST_TEAM } from "./contract.constants";
import type { NewGrant } from "./store.grants";
import { membersOf } from "./store.rights";

export type RecipientDeps = {
  /** The name of a team; undefined when there is no such team. */
  teamName(teamId: number): Promise<string | undefined>;
  findUser(by: { user_id?: number; username?: string }): Promise<{ id: number; username: string } | undefined>;
};
export type Recipient = Pick<NewGrant, "user_id" | "team_id">;
/** `ends_at` as clients send it: RFC 3339, null for no end. */
export type GrantChange = { role?: NewGrant["role"]; ends_at?: string | null };
export type GrantInput = {
  user_id?: number;
  username?: string;
  team_id?: number;
  role: NewGrant["role"];
  ends_at?: string | null;
};

/** A team as the recipient of an announcement. */
export const ofTeam = (id: number): Recipient =>
  id < FIRST_TEAM ? { user_id: id, team_id: null } : { user_id: null, team_id: id };

/** Returns the name of the person or the team that a stored grant is for. */
export const recipientName = (row: { username: string | null; team_name: string | null }): string =>
  row.username ?? row.team_name ?? "a deleted account";

/** The end in epoch ms. @throws INVALID_INPUT an end that has passed */
export function endOf(text: string | null, at: number): number | null {
  const end = text === null ? null : parseTime(text);
  if (end !== null && end <= at) throw invalid("ends_at", "must lie in the future");
  return end;
}

/**
 * Reads a change of a grant: as it is stored, and `to` as the audit log shows it.
 *
 * @throws INVALID_INPUT nothing changes, or an end that has passed
 */
export function changeOf({ role, ends_at }: GrantChange, at: number) {
  if (role === undefined && ends_at === undefined) throw invalid("role", "send role or ends_at");
  const change = { ...(role && { role }), ...(ends_at !== undefined && { ends_at: endOf(ends_at, at) }) };
  const { ends_at: end, ...others } = change;
  return { change, to: { ...others, ...(end !== undefined && { ends_at: isoOrNull(end) }) } };
}

/**
 * Finds the person or the team that a grant is for.
 *
 * @param owner the team that owns what is shared, and the text of the refusal to share it with that team
 * @throws NOT_FOUND no such person or team; CONFLICT it is the owner; INVALID_INPUT none or both are named
 */
export async function recipientOf(
  { findUser, teamName }: RecipientDeps,
  owner: { team_id: number | null; refusal: string },
  { user_id, username, team_id }: GrantInput,
): Promise<{ recipient: Recipient; name: string | undefined }> {
  const isTeam = team_id !== undefined;
  if (isTeam === (user_id !== undefined || username !== undefined))
    throw invalid("username", "name either a person (user_id or username) or a team (team_id)");
  const user = isTeam ? undefined : await findUser({ user_id, username });
  if (!isTeam && !user) throw new AppError("NOT_FOUND", `No user ${username ?? user_id}`);
  const team = isTeam && team_id >= FIRST_TEAM ? await teamName(team_id) : undefined;
  if (isTeam && team === undefined) throw new AppError("NOT_FOUND", `No team ${team_id}`);
  if (owner.team_id === (user?.id ?? team_id)) throw new AppError("CONFLICT", owner.refusal);
  return { recipient: { user_id: user?.id ?? null, team_id: team_id ?? null }, name: user?.username ?? team };
}

/** Builds the announcement that the rights of recipients, or of the members of those that are teams, have changed. */
export const createAnnouncement =
  (emit: Emit) =>
  async (recipients: readonly Recipient[]): Promise<void> => {
    const users = new Set<number>();
    for (const id of new Set(recipients.flatMap(({ user_id }) => user_id ?? []))) users.add(id);
    for (const id of new Set(recipients.flatMap(({ team_id }) => team_id ?? [])))
      for (const member of await membersOf(id)) users.add(member.user_id);
    if (users.size > 0) emit("rights.changed", { user_ids: [...users] });
  };

type Endable = {
  find(id: string): Promise<Recipient | undefined>;
  remove(id: string): Promise<boolean>;
};

/** Builds what ends a grant for the page "That wasn't me" of a locked account, without checking the caller. */
export const createEndCreated =
  ({ store, emit }: { store: Endable; emit: Emit }) =>
  async (grantId: string): Promise<boolean> => {
    const grant = await store.find(grantId);
    if (!grant || !(await store.remove(grantId))) return false;
    await createAnnouncement(emit)([grant]);
    return true;
  };
