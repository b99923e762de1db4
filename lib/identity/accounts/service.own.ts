/** Changes that people make to their own account (000 Authentication APIs): the profile, and leaving. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct, describeUpdate, performStep } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { staleUpdate } from "@/lib/core/versions";
import type { AddressService } from "./addresses/service";
import type { ProfileChange, updateProfile } from "./contract";
import { noUser } from "./service.lookups";
import { createRemoval, type RemovalChoice, type RemovalDeps } from "./service.removal";
import type { Identity } from "./sign-in/service.identity";
import type { StepUp } from "./step-up/service";
import type { UserStore } from "./store";
import type { UserRecord } from "./store.rows";

export type OwnAccountDeps = RemovalDeps & {
  admitAddress: AddressService["admitAddress"];
  startEmailChange: AddressService["startEmailChange"];
  users: Pick<UserStore, "find" | "setProfile">;
  confirmOwner: StepUp["confirmOwner"];
  forget: Identity["forget"];
};
type SentProfile = Omit<z.infer<typeof updateProfile.body>, "version">;

const profileFields = ({ fullname, phone, birthday, gender, time_zone, clock }: UserRecord) =>
  ({ fullname, phone, birthday, gender, time_zone, clock }) satisfies Record<keyof ProfileChange, string | null>;

/** @throws AppError INVALID_INPUT  no field at all, or a birthday yet to come */
function checkProfile(sent: SentProfile, at: number): void {
  if (Object.values(sent).every((value) => value === undefined))
    throw new AppError(
      "INVALID_INPUT",
      "No fields to update: send fullname, phone, birthday, gender, time_zone or clock",
      {
        field: "fullname",
      },
    );
  if (sent.birthday && Date.parse(sent.birthday) > at) throw invalid("birthday", "lies in the future");
}

export function createOwnAccount(deps: OwnAccountDeps) {
  const { users, confirmOwner, forget, now } = deps;
  const remove = createRemoval(deps);
  return {
    /**
     * Changes the fields sent; an empty text clears one.
     *
     * @param sent    another `email` than the stored one begins a change of address; pages send their whole form
     * @param edited  the version they were edited from, if it must still be stored
     * @returns the new version, and the change of address that was begun
     * @throws AppError INVALID_INPUT     no field at all, no address, or a birthday yet to come
     * @throws AppError CONFLICT          another version is stored
     * @throws AppError STEP_UP_REQUIRED  another address, and no fresh proof
     */
    async updateProfile(actor: Actor, sent: SentProfile, edited?: number) {
      const { user_id } = asUser(actor, "admin");
      const before = await users.find(user_id);
      if (!before) throw noUser("me");
      checkProfile(sent, now());
      const { email, ...change } = sent;
      const isMoving = email !== undefined && email.toLowerCase() !== before.email.toLowerCase();
      const address = isMoving ? await deps.admitAddress(actor, email) : undefined;
      describeUpdate(accountTarget(before), profileFields(before), change);
      const isStored = await users.setProfile(user_id, change, edited);
      const after = await users.find(user_id);
      if (!after) throw noUser("me");
      if (!isStored) {
        const value = profileFields(after);
        throw staleUpdate("Your profile", { version: after.version, value }, edited!, { ...value, ...change });
      }
      forget({ user_id });
      if (address === undefined) return { version: after.version };
      const { pending } = await performStep("startEmailChange", () => deps.startEmailChange(actor, address));
      return { version: after.version, email_change: pending };
    },

    /**
     * Deletes the caller's account. Its tickets stay without its name, or go too.
     *
     * @throws AppError INVALID_INPUT     the password is missing or wrong
     * @throws AppError STEP_UP_REQUIRED  the account has no password, and the session no fresh proof
     * @throws AppError CONFLICT          the last active admin, or an account that owns bots, with `delete_bots` false
     */
    async deleteAccount(actor: Actor, { password, ...choice }: RemovalChoice & { password?: string }): Promise<void> {
      const user = await confirmOwner(actor, password);
      describeAct({ target: accountTarget(user), before: { role: user.role }, after: choice });
      await remove(actor, user.id, choice);
      logSecurity("account_deleted", { ...actorFields(actor), tickets_erased: choice.erase_tickets ?? false });
    },
  };
}
