/** The members of the community: staff, and people who came by Discord. */
import { type Actor, asUser, type Scope, type UserActor } from "@/lib/core/actor";

export type DemandMember = (actor: Actor) => Promise<void>;

/** The caller as a member, whose key has the scope. @throws UNAUTHORIZED, FORBIDDEN */
export async function asMember(demandMember: DemandMember, actor: Actor, scope: Scope = "read"): Promise<UserActor> {
  const user = asUser(actor, scope);
  await demandMember(actor);
  return user;
}
