/** Rules of profiles, the list of users, their rights, and leaving (000 User Management APIs). */
import type { z } from "zod";
import { type Actor, asAdmin, asStaff, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { staleUpdate } from "@/lib/core/versions";
import { permissionsOf } from "@/lib/identity/access";
import type { getMe as Me, Member, Role, UserProfile, UserRow } from "./contract";
import { toMember } from "./links/service";
import type { LinkStore } from "./links/store";
import { maySeeProfile } from "./policy";
import type { Identity } from "./service.identity";
import type { PasswordService } from "./service.passwords";
import type { UserStore } from "./store";
import { toProfile, toUserRow, type UserRecord } from "./store.rows";

type Deps = {
  users: UserStore;
  links: Pick<LinkStore, "ofUser" | "find">;
  confirm: PasswordService["confirm"];
  forget: Identity["forget"];
  bots: {
    /** Bots by owner's id; owners without one are left out. */
    countByOwner: () => Promise<Map<number, number>>;
    /** Deletes an account's bots with all that is stored of them. */
    removeAllOf: (ownerId: number) => Promise<void>;
  };
  emit: Emit;
  now: Clock;
};
type ProfileChange = { fullname?: string; phone?: string; birthday?: string; gender?: string };
const ROLE_NAMES = { user: "User", moderator: "Moderator", admin: "Admin" } as const;
type AccessChange = { role?: Role; is_active?: boolean };

const noUser = (id: string) => new AppError("NOT_FOUND", `No user ${cutText(id, 20, "")}`);
const lastAdmin = () =>
  new AppError("CONFLICT", "This is the last active admin: make someone else an admin first", { field: "role" });

const profileFields = ({ fullname, phone, birthday, gender }: UserRecord) => ({ fullname, phone, birthday, gender });

export function createUserService({ users, links, confirm, forget, bots, emit, now }: Deps) {
  /** A user's id from a path; `me` is the caller. Ids are opaque: one that cannot exist names nobody. */
  const idOf = (actor: Actor, text: string): number | null => {
    if (text === "me") return asUser(actor).user_id;
    return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
  };

  /** The account of a number, else the one that this Discord account is linked to. */
  async function named(actor: Actor, text: string): Promise<UserRecord | null> {
    const id = idOf(actor, text);
    if (id !== null) return users.find(id);
    const linked = /^\d{15,20}$/.test(text) ? await links.find({ provider: "discord", id: text }) : null;
    return linked?.user ?? null;
  }

  async function rows(found: UserRecord[]): Promise<{ users: UserRow[]; count: number }> {
    const owned = await bots.countByOwner();
    return { users: found.map((user) => toUserRow(user, owned.get(user.id) ?? 0)), count: found.length };
  }

  /**
   * The user a path names, if the caller may see it. Others' ids answer 403 whether they exist or not (CONTRACT: rule 7).
   *
   * @throws AppError FORBIDDEN  somebody else, and the caller is no admin
   * @throws AppError NOT_FOUND  an admin asked for nobody
   */
  async function find(actor: Actor, userId: string): Promise<UserRecord> {
    const caller = asUser(actor);
    const user = await named(actor, userId);
    if (!maySeeProfile(caller, user?.id ?? 0)) throw new AppError("FORBIDDEN", "This account belongs to someone else");
    if (!user) throw noUser(userId);
    return user;
  }

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
      return toProfile(await find(actor, userId));
    },

    /** The same with document 003's flat fields beside it. @throws FORBIDDEN, NOT_FOUND */
    async getMember(actor: Actor, userId: string): Promise<Member & { user: UserProfile }> {
      const user = await find(actor, userId);
      return { user: toProfile(user), ...toMember(user, await links.ofUser(user.id, "discord")) };
    },

    /** The id behind a path's user, under the rules of `get`. @throws FORBIDDEN, NOT_FOUND */
    async resolve(actor: Actor, userId: string): Promise<number> {
      return (await find(actor, userId)).id;
    },

    /** Every user with the number of its bots, oldest account first. @throws FORBIDDEN for all but staff */
    async list(actor: Actor) {
      asStaff(actor);
      return rows(await users.list());
    },

    /** Users with `q` in the username or e-mail address, at most 100. @throws FORBIDDEN for all but staff */
    async search(actor: Actor, q: string) {
      asStaff(actor);
      return rows(await users.search(q));
    },

    /**
     * Changes the fields sent; an empty text clears one.
     *
     * @param sent    `email` is only compared: pages send their whole form (CONTRACT: unknown fields)
     * @param edited  the version they were edited from, if it must still be stored
     * @returns the new version
     * @throws AppError INVALID_INPUT  no field at all, another e-mail address, or a birthday yet to come
     * @throws AppError CONFLICT       another version is stored
     */
    async updateProfile(actor: Actor, sent: ProfileChange & { email?: string }, edited?: number): Promise<number> {
      const { user_id } = asUser(actor, "admin");
      const before = await users.find(user_id);
      if (!before) throw noUser("me");
      const { email, ...change } = sent;
      if (Object.values(sent).every((value) => value === undefined))
        throw new AppError("INVALID_INPUT", "No fields to update: send fullname, phone, birthday or gender", {
          field: "fullname",
        });
      if (email !== undefined && email.toLowerCase() !== before.email.toLowerCase())
        throw invalid("email", "cannot be changed here: send the stored address, or leave the field out");
      if (change.birthday && Date.parse(change.birthday) > Date.now()) throw invalid("birthday", "lies in the future");
      const text = (value: string | undefined) => (value === "" ? null : value);
      const isStored = await users.setProfile(
        user_id,
        {
          fullname: change.fullname,
          phone: text(change.phone),
          birthday: text(change.birthday),
          gender: text(change.gender),
        },
        edited,
      );
      const after = await users.find(user_id);
      if (!after) throw noUser("me");
      if (!isStored) {
        const value = profileFields(after);
        throw staleUpdate("Your profile", { version: after.version, value }, edited!, { ...value, ...change });
      }
      forget({ user_id });
      return after.version;
    },

    /**
     * Changes a user's role or activation and ends its sessions: rights never outlive the session that carried them.
     *
     * @throws AppError FORBIDDEN      the caller is no admin
     * @throws AppError NOT_FOUND      no such user
     * @throws AppError CONFLICT       nobody would be left to administer, or another version than `edited` is stored
     * @throws AppError INVALID_INPUT  neither role nor is_active was sent
     */
    async updateUser(actor: Actor, userId: string, change: AccessChange, edited?: number): Promise<UserProfile> {
      asAdmin(actor, "admin");
      if (change.role === undefined && change.is_active === undefined) throw invalid("role", "send role or is_active");
      const before = await named(actor, userId);
      if (!before) throw noUser(userId);
      const same =
        (change.role ?? before.role) === before.role &&
        Number(change.is_active ?? before.is_active) === before.is_active;
      if (same && (edited ?? before.version) === before.version) return toProfile(before);
      const after = await users.setAccess(before.id, change, edited);
      if (after === null) throw noUser(userId);
      if (after === "stale") {
        const { version, role, is_active } = toProfile((await users.find(before.id)) ?? before);
        throw staleUpdate("The account", { version, value: { role, is_active } }, edited!, change);
      }
      if (after === "last-admin") throw lastAdmin();
      emit("access.revoked", { user_id: before.id });
      logSecurity("role_changed", {
        ...actorFields(actor),
        user_id: before.id,
        from: { role: before.role, is_active: before.is_active === 1 },
        to: { role: after.role, is_active: after.is_active === 1 },
      });
      return toProfile(after);
    },

    /**
     * Deletes the caller's account with its bots and all they stored. Its tickets stay without its name, or go too.
     *
     * @throws AppError INVALID_INPUT  the password is wrong
     * @throws AppError CONFLICT       the last active admin
     */
    async deleteAccount(actor: Actor, input: { password: string; erase_tickets?: boolean }): Promise<void> {
      const { id } = await confirm(actor, input.password, "password");
      if (await users.isLastAdmin(id)) throw lastAdmin();
      await bots.removeAllOf(id);
      if (!(await users.remove(id, now(), input.erase_tickets))) throw lastAdmin();
      emit("access.revoked", { user_id: id });
      emit("user.deleted", { user_id: id });
      logSecurity("account_deleted", { ...actorFields(actor), tickets_erased: input.erase_tickets ?? false });
      // One made meanwhile, by a request under way, would belong to nobody.
      await bots.removeAllOf(id);
    },
  };
}
