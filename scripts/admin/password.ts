/** A link by which somebody sets a new password, made on the server's machine: it needs no mail and no admin who can sign in. */
import { query } from "@/lib/core/db";
import { env, publicUrl } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { hashToken, newToken } from "@/lib/core/secrets";
import { resetStore } from "@/lib/identity/accounts/credentials/store.resets";
import { newLink } from "@/lib/identity/accounts/passwords/service.resets";
import { createUserStore } from "@/lib/identity/accounts/store";

const DAY_MS = 86_400_000;
const MAX_LINKS = 20;

/** Tests whether an account is linked to the LDAP directory, whose password is not ours to reset. */
const isOfDirectory = async (userId: number): Promise<boolean> =>
  (await query()
    .selectFrom("account")
    .select("provider")
    .where("user_id", "=", userId)
    .where("provider", "like", "ldap:%")
    .executeTakeFirst()) !== undefined;

/** @throws Error when there is no such account, or its password is of no use */
export async function passwordLink(username: string) {
  if (!env.AUTH_PASSWORD)
    throw new Error(`AUTH_PASSWORD is off. A link that signs in once: npm run login-link -- ${username}`);
  const user = await createUserStore(env.AUTH_PASSWORD).findByLogin(username);
  if (!user) throw new Error(`there is no account "${username}"`);
  if (!user.is_active) throw new Error(`the account of ${user.username} is deactivated: an admin has to activate it`);
  if (env.ldap && (await isOfDirectory(user.id)))
    throw new Error(`the password of ${user.username} is the one of the directory: reset it there`);
  const made = await newLink(
    {
      ...{ access: resetStore, now: Date.now, newId, hash: hashToken, publicUrl },
      newToken: () => newToken("mr"),
    },
    user,
    { ms: DAY_MS, max: MAX_LINKS, isMailed: false },
  );
  if (!made) throw new Error(`at most ${MAX_LINKS} links an hour for one account`);
  return { user, link: made.link };
}
