/** Changes that people make to their own account (000 Authentication APIs): the profile, and leaving. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { staleUpdate } from "@/lib/core/versions";
import type { ProfileChange, updateProfile } from "./contract";
import type { PasswordService } from "./passwords/service";
import { noUser } from "./service.lookups";
import { lastAdmin } from "./service.rights";
import type { Identity } from "./sign-in/service.identity";
import type { UserStore } from "./store";
import type { UserRecord } from "./store.rows";

export type OwnAccountDeps = {
  users: Pick<UserStore, "find" | "setProfile" | "isLastAdmin" | "remove">;
  confirm: PasswordService["confirm"];
  forget: Identity["forget"];
  /** `removeAllOf` deletes an account's bots with all that is stored of them. */
  bots: { removeAllOf: (ownerId: number) => Promise<void> };
  emit: Emit;
  now: Clock;
};
type SentProfile = Omit<z.infer<typeof updateProfile.body>, "version">;

const profileFields = ({ fullname, phone, birthday, gender, time_zone, clock }: UserRecord) =>
  ({ fullname, phone, birthday, gender, time_zone, clock }) satisfies Record<keyof ProfileChange, string | null>;

/** @throws AppError INVALID_INPUT  no field at all, another email address, or a birthday yet to come */
function checkProfile(sent: SentProfile, before: UserRecord, at: number): void {
  if (Object.values(sent).every((value) => value === undefined))
    throw new AppError(
      "INVALID_INPUT",
      "No fields to update: send fullname, phone, birthday, gender, time_zone or clock",
      {
        field: "fullname",
      },
    );
  if (sent.email !== undefined && sent.email.toLowerCase() !== before.email.toLowerCase())
    throw invalid("email", "cannot be changed here: send the stored address, or leave the field out");
  if (sent.birthday && Date.parse(sent.birthday) > at) throw invalid("birthday", "lies in the future");
}

export function createOwnAccount({ users, confirm, forget, bots, emit, now }: OwnAccountDeps) {
  return {
    /**
     * Changes the fields sent; an empty text clears one.
     *
     * @param sent    `email` is only compared: pages send their whole form (CONTRACT: unknown fields)
     * @param edited  the version they were edited from, if it must still be stored
     * @returns the new version
     * @throws AppError INVALID_INPUT  no field at all, another email address, or a birthday yet to come
     * @throws AppError CONFLICT       another version is stored
     */
    async updateProfile(actor: Actor, sent: SentProfile, edited?: number): Promise<number> {
      const { user_id } = asUser(actor, "admin");
      const before = await users.find(user_id);
      if (!before) throw noUser("me");
      checkProfile(sent, before, now());
      const { email, ...change } = sent;
      const isStored = await users.setProfile(user_id, change, edited);
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
      // Remove bots that a concurrent request created meanwhile, because they would have no owner.
      await bots.removeAllOf(id);
    },
  };
}
