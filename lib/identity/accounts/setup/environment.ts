/** Makes the users that the environment names. Accounts that exist are never changed. */
import type { Clock } from "@/lib/core/clock";
import { Password, Username } from "@/lib/identity/accounts/contract";
import type { Passwords } from "@/lib/identity/accounts/sign-in/passwords";
import { weakness } from "@/lib/identity/accounts/sign-in/strength";
import type { UserStore } from "@/lib/identity/accounts/store";
import { type NewUser, Taken } from "@/lib/identity/accounts/store.rows";

export type EnvironmentDeps = {
  users: Pick<UserStore, "findByLogin" | "insert">;
  passwords: Pick<Passwords, "hash">;
  now: Clock;
  env: {
    API_ADMIN_USER?: string;
    API_ADMIN_PASS?: string;
    API_ADMIN_EMAIL?: string;
    /** Entries of the form `user:pass`. */
    API_EXTRA_USERS: string[];
  };
  log: { info: (text: string) => void; warn: (text: string) => void };
};
type Wanted = Pick<NewUser, "email" | "role">;

/** The longest password that a sign-in takes. */
const PASSWORD_MAX = 256;

/** A user of the environment cannot be created. The message says why, without the password. */
class CannotMake extends Error {}

const refusal = (source: string, name: string, why: string | undefined) =>
  new CannotMake(`${source}: user "${name}" cannot be made: ${why}. See .env.example.`);

/** Says what is wrong with a password, as the end of a sentence that begins with "its password"; null when it is good. */
async function problemOf(password: string, person: { username: string; email: string }): Promise<string | null> {
  const length = Password.safeParse(password);
  return length.success ? weakness(password, person) : `is refused: ${length.error.issues[0]?.message}`;
}

/**
 * Makes a user of the environment unless there is one of that name.
 *
 * @throws CannotMake
 */
async function ensureUser(
  { users, passwords, now, log }: EnvironmentDeps,
  source: string,
  name: string,
  password: string,
  wanted: Wanted,
): Promise<void> {
  const { data: username, error } = Username.safeParse(name);
  if (username === undefined) throw refusal(source, name, error?.issues[0]?.message);
  const existing = await users.findByLogin(username);
  if (existing) {
    if (wanted.role === "admin" && (existing.role !== "admin" || !existing.is_active))
      log.warn(`${source} names ${name}, an account that is no active admin; it was left as it is`);
    return;
  }
  const problem = await problemOf(password, { username, email: wanted.email });
  // An admin with a weak password would be a way in for anybody. Other people choose a new one in the console.
  const isTaken = wanted.role !== "admin" && password.length > 0 && password.length <= PASSWORD_MAX;
  if (problem && !isTaken) throw refusal(source, name, `its password ${problem}`);
  const at = now();
  const password_hash = await passwords.hash(password);
  try {
    // The operator configured this address, so it counts as verified.
    await users.insert({
      username,
      fullname: "",
      password_hash,
      created_at: at,
      email_verified: at,
      ...(problem && { weak_password: 1 as const }),
      ...wanted,
    });
    if (problem)
      log.warn(
        `${source}: the password of user "${name}" ${problem}. It signs in; the console asks for a new one first`,
      );
    log.info(`Made the ${wanted.role} account ${name} from ${source}; its password there is not looked at again`);
  } catch (error) {
    if (!(error instanceof Taken)) throw error;
    // Another process starting at the same moment made it, unless somebody else holds the name or address.
    if (!(await users.findByLogin(username)))
      throw new CannotMake(`${source}: user "${name}" cannot be made: its ${error.field} belongs to another account`);
  }
}

/** Makes the admin and the other users that the environment names. @throws Error when the admin cannot be made */
export async function makeUsersOfEnvironment(deps: EnvironmentDeps): Promise<void> {
  const { API_ADMIN_USER: name, API_ADMIN_PASS: password, API_ADMIN_EMAIL, API_EXTRA_USERS } = deps.env;
  // The address has no domain, so nobody can sign up with it.
  if (name && password)
    await ensureUser(deps, "API_ADMIN_USER", name, password, {
      role: "admin",
      email: API_ADMIN_EMAIL?.toLowerCase() ?? `${name}@localhost`,
    });
  for (const entry of API_EXTRA_USERS) {
    const cut = entry.indexOf(":");
    if (cut < 1) {
      deps.log.warn("API_EXTRA_USERS must read user:pass,user:pass; an entry without a colon was skipped");
      continue;
    }
    const extra = entry.slice(0, cut);
    const wanted = { role: "user", email: `${extra}@localhost` } as const;
    // An invalid entry must not keep the server from starting, nor the other entries from being created.
    await ensureUser(deps, "API_EXTRA_USERS", extra, entry.slice(cut + 1), wanted).catch((error) => {
      if (!(error instanceof CannotMake)) throw error;
      deps.log.warn(error.message);
    });
  }
}
