/**
 * Accounts whose password is the one of API_EXTRA_USERS and weaker than people may choose. It signs in to the API, as document 003
 * has it; the console asks for a new one first. Setting a password ends it (`replacePassword`).
 */
import type { Actor } from "@/lib/core/actor";
import { query } from "@/lib/core/db";

const weak = () => query().selectFrom("user").where("weak_password", "=", 1).where("is_active", "=", 1);

/**
 * @param acceptsPasswords  false while AUTH_PASSWORD is off. Nobody can sign in with such a password then, and a person who came
 *   by single sign-on may not know the one that a new one would replace, so nobody is asked for one.
 */
export const createWeakPasswords = (acceptsPasswords: boolean) => ({
  /** Returns whether the console has to ask this person for a new password. */
  async needsNewPassword(actor: Actor): Promise<boolean> {
    if (!acceptsPasswords || actor.kind !== "user") return false;
    return (await weak().select("id").where("id", "=", actor.user_id).executeTakeFirst()) !== undefined;
  },

  /** Counts the active accounts with such a password. Other rooms call it, so it checks no caller. */
  async countWeakPasswords(): Promise<number> {
    if (!acceptsPasswords) return 0;
    const { people } = await weak()
      .select((eb) => eb.fn.countAll<number>().as("people"))
      .executeTakeFirstOrThrow();
    return people;
  },
});
