/** Rules of reading accounts (000 User Management APIs): one's own profile, and the lists of the staff. */
import type { z } from "zod";
import { type Actor, asStaff, asUser } from "@/lib/core/actor";
import { permissionsOf } from "@/lib/identity/access";
import type { getMe as Me, Member, UserProfile, UserRow } from "./contract";
import { toMember } from "./links/member";
import type { LinkStore } from "./links/store";
import { findVisible, noUser } from "./service.lookups";
import { createOwnAccount, type OwnAccountDeps } from "./service.own";
import { createRights, type RightsDeps } from "./service.rights";
import type { UserStore } from "./store";
import { toProfile, toUserRow, type UserRecord } from "./store.rows";

type ProfileDeps = {
  users: Pick<UserStore, "find">;
  links: Pick<LinkStore, "ofUser" | "find">;
};
type ListDeps = {
  users: Pick<UserStore, "list" | "search">;
  /** `countByOwner` counts bots by their owner's id; owners without a bot are left out. */
  bots: { countByOwner: () => Promise<Map<number, number>> };
};
type Deps = ProfileDeps & ListDeps & OwnAccountDeps & RightsDeps;

const ROLE_NAMES = { user: "User", moderator: "Moderator", admin: "Admin" } as const;

export const createUserService = (deps: Deps) => ({
  ...createProfiles(deps),
  ...createLists(deps),
  ...createOwnAccount(deps),
  ...createRights(deps),
});

function createProfiles(deps: ProfileDeps) {
  const { users, links } = deps;
  return {
    /** The caller as documents 000 and 003 show it: with all that a page's form saves again. @throws UNAUTHORIZED */
    async me(actor: Actor): Promise<z.infer<typeof Me.response>> {
      const record = await users.find(asUser(actor).user_id);
      if (!record) throw noUser("me");
      const { last_login, is_active, ...user } = toProfile(record);
      const { phone, birthday, gender, role } = user;
      const linked = await links.ofUser(user.id, "discord");
      return {
        user,
        discord_id: linked?.id ?? "legacy_user",
        ...{ role, role_name: ROLE_NAMES[role], permissions: permissionsOf(role) },
        ...{ auth_type: linked ? "discord" : "legacy", avatar_url: linked?.avatar ?? null },
        ...{ phone, birthday, gender },
      };
    },

    /** A whole profile: one's own, or any for an admin. @throws FORBIDDEN, NOT_FOUND */
    async get(actor: Actor, userId: string): Promise<UserProfile> {
      return toProfile(await findVisible(deps, actor, userId));
    },

    /** A whole profile, with the flat fields of document 003 beside it. @throws FORBIDDEN, NOT_FOUND */
    async getMember(actor: Actor, userId: string): Promise<Member & { user: UserProfile }> {
      const user = await findVisible(deps, actor, userId);
      return { user: toProfile(user), ...toMember(user, await links.ofUser(user.id, "discord")) };
    },

    /** The id behind a path's user, under the rules of `get`. @throws FORBIDDEN, NOT_FOUND */
    async resolve(actor: Actor, userId: string): Promise<number> {
      return (await findVisible(deps, actor, userId)).id;
    },
  };
}

function createLists({ users, bots }: ListDeps) {
  async function rows(found: UserRecord[]): Promise<{ users: UserRow[]; count: number }> {
    const owned = await bots.countByOwner();
    return { users: found.map((user) => toUserRow(user, owned.get(user.id) ?? 0)), count: found.length };
  }

  return {
    /** Every user with the number of its bots, oldest account first. @throws FORBIDDEN for all but staff */
    async list(actor: Actor) {
      asStaff(actor);
      return rows(await users.list());
    },

    /** Users with `q` in the username or email address, at most 100. @throws FORBIDDEN for all but staff */
    async search(actor: Actor, q: string) {
      asStaff(actor);
      return rows(await users.search(q));
    },
  };
}
