/** Rules of reading accounts (000 User Management APIs): one's own profile, and the lists of the staff. */
import type { z } from "zod";
import { type Actor, asAdmin, asStaff, asUser, type UserActor } from "@/lib/core/actor";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import { permissionsOf } from "@/lib/identity/access";
import type { getMe as Me, Member, Role, UserProfile, UserRow } from "./contract";
import type { UserListQuery } from "./contract.list";
import { toMember } from "./links/member";
import type { LinkStore } from "./links/store";
import { findVisible, noUser } from "./service.lookups";
import { createOwnAccount, type OwnAccountDeps } from "./service.own";
import { createRights, type RightsDeps } from "./service.rights";
import type { UserStore } from "./store";
import { toProfile, toRecord, toUserRow, type UserRecord } from "./store.rows";

type ProfileDeps = {
  users: Pick<UserStore, "find">;
  links: Pick<LinkStore, "ofUser" | "find" | "cardsOf">;
};
type DiscordCard = { username: string; role: Role; discord_id: string | null; avatar: string | null };

type ListDeps = {
  users: Pick<UserStore, "page" | "search" | "factorsOf">;
  /** `countByOwner` counts bots by their owner's id; owners without a bot are left out. */
  bots: { countByOwner: (owners: readonly number[]) => Promise<Map<number, number>> };
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

    /**
     * The Discord id, picture and role of accounts by their ids, for readers who may see their names. Accounts that are gone
     * are left out.
     */
    async discordCards(ids: readonly number[]): Promise<Map<number, DiscordCard>> {
      const cards = ids.length > 0 ? await links.cardsOf([...new Set(ids)], "discord") : [];
      return new Map(
        cards.map(({ id, provider_account_id, ...card }) => [id, { ...card, discord_id: provider_account_id }]),
      );
    },

    /** The id behind a path's user, under the rules of `get`. @throws FORBIDDEN, NOT_FOUND */
    async resolve(actor: Actor, userId: string): Promise<number> {
      return (await findVisible(deps, actor, userId)).id;
    },
  };
}

function createLists({ users, bots }: ListDeps) {
  /** Adds to each account whether it has a second factor, for admins. */
  async function rows({ role }: UserActor, found: UserRecord[]): Promise<{ users: UserRow[]; count: number }> {
    const ids = found.map(({ id }) => id);
    const [owned, factors] = await Promise.all([
      bots.countByOwner(ids),
      role === "admin" ? users.factorsOf(ids) : undefined,
    ]);
    const shown = found.map((user) => ({
      ...toUserRow(user, owned.get(user.id) ?? 0),
      ...(factors && { has_second_factor: factors.has(user.id) }),
    }));
    return { users: shown, count: found.length };
  }

  return {
    /**
     * A page of users with the number of their bots, oldest account first; every user without a limit.
     *
     * @throws FORBIDDEN for all but staff; for moderators who filter by the second factor
     */
    async list(actor: Actor, { cursor, ...filter }: UserListQuery = {}) {
      const caller = filter.second_factor === undefined ? asStaff(actor) : asAdmin(actor);
      const { items, next_cursor } = shownPage(await users.page({ ...filter, after: afterId(cursor) }), toRecord);
      const listed = await rows(caller, rowsOf(items));
      return filter.limit === undefined ? listed : { ...listed, next_cursor };
    },

    /** Users with `q` in the username or email address, at most 100. @throws FORBIDDEN for all but staff */
    async search(actor: Actor, q: string) {
      return rows(asStaff(actor), await users.search(q));
    },
  };
}
