/** Finds the account that a path names, for callers who may see it. */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { LinkStore } from "./links/store";
import { maySeeProfile } from "./policy";
import type { UserStore } from "./store";
import type { UserRecord } from "./store.rows";

export type LookupDeps = { users: Pick<UserStore, "find">; links: Pick<LinkStore, "find"> };

export const noUser = (id: string) => new AppError("NOT_FOUND", `No user ${cutText(id, 20, "")}`);

/** Returns the user id that a path names; `me` is the caller. An id that cannot exist names nobody. */
const idOf = (actor: Actor, text: string): number | null => {
  if (text === "me") return asUser(actor).user_id;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
};

/** Finds the account with this id, else the account linked to this Discord id. */
export async function findNamed({ users, links }: LookupDeps, actor: Actor, text: string): Promise<UserRecord | null> {
  const id = idOf(actor, text);
  if (id !== null) return users.find(id);
  const linked = /^\d{15,20}$/.test(text) ? await links.find({ provider: "discord", id: text }) : null;
  return linked?.user ?? null;
}

/**
 * The user a path names, if the caller may see it. Others' ids answer 403 whether they exist or not (CONTRACT: rule 7).
 *
 * @throws AppError FORBIDDEN  somebody else, and the caller is no admin
 * @throws AppError NOT_FOUND  an admin asked for nobody
 */
export async function findVisible(deps: LookupDeps, actor: Actor, userId: string): Promise<UserRecord> {
  const caller = asUser(actor);
  const user = await findNamed(deps, actor, userId);
  if (!maySeeProfile(caller, user?.id ?? 0)) throw new AppError("FORBIDDEN", "This account belongs to someone else");
  if (!user) throw noUser(userId);
  return user;
}
