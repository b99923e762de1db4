/**
 * Signing in with the password of an LDAP directory, by the same form as with a password of this server (decision 044). An
 * account that is linked to the directory has the directory's password and no other.
 */
import { AppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import type { createJoining } from "@/lib/identity/accounts/links/service.join";
import type { createProviderSignIn, Newcomer, Refusal } from "@/lib/identity/accounts/links/service.sign-in";
import type { LinkStore } from "@/lib/identity/accounts/links/store";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import { type Directory, DirectoryError, type DirectoryPerson } from "@/lib/identity/directory";
import { roleByGroups, teamsByGroups } from "@/lib/identity/groups";

/** The parts of the room that are created after this one; sign-ins need them. */
export type LateAccounts = Pick<ReturnType<typeof createProviderSignIn>, "userBy"> &
  Pick<ReturnType<typeof createJoining>, "offerToJoin">;
type Deps = {
  directory: Pick<Directory, "key" | "name" | "settings" | "identify" | "confirm">;
  links: Pick<LinkStore, "ofUser">;
  late: () => LateAccounts;
};
type Typed = { username: string; password: string };
/** Somebody whose password was right, and the account or why there is none. */
type Proved = { user: UserRecord } | { refusal: AppError };

const refuse = (code: "UNAUTHORIZED" | "FORBIDDEN", text: string) => new AppError(code, text);
const deactivated = () => refuse("UNAUTHORIZED", "This account is deactivated: ask an admin");

/** Says in `UNAVAILABLE` that the directory cannot be asked. Other errors pass. */
export function unreachable(error: unknown, name: string): AppError {
  if (!(error instanceof DirectoryError)) throw error;
  logger.warn({ err: error }, "the directory could not be asked");
  const text = `The ${name} could not be reached, so its passwords cannot be checked. Try again in a minute`;
  return new AppError("UNAVAILABLE", text, undefined, 60);
}

const newcomerOf = ({ key, settings }: Deps["directory"], person: DirectoryPerson): Newcomer => ({
  ...{ provider: key, id: person.id, username: person.username, discriminator: "0", avatar: null },
  ...{ fullname: person.fullname, email: person.email, emailVerified: true, signup: settings.SIGNUP },
  teams: teamsByGroups(settings, person.groups),
});

async function refusalOf({ directory, late }: Deps, why: Refusal, newcomer: Newcomer): Promise<AppError> {
  const { name } = directory;
  if (why === "deactivated") return deactivated();
  if (why === "email-unverified")
    return refuse("FORBIDDEN", `The ${name} has no email address for you, which an account here needs: ask its admin`);
  const ticket = await late().offerToJoin(newcomer);
  if (ticket !== undefined)
    return new AppError("CONFLICT", "An account with your email address exists here. Link it by its password first", {
      ticket,
    });
  if (why === "signup-closed")
    return refuse("FORBIDDEN", "Sign-up is closed here: ask the admin for an account with your email address");
  return new AppError("CONFLICT", "An account with your email address exists here, and has no password: ask an admin");
}

export function createDirectoryAccounts(deps: Deps) {
  const { directory, links, late } = deps;
  const idOf = async (userId: number) => (await links.ofUser(userId, directory.key))?.id;

  async function accountOf(person: DirectoryPerson): Promise<Proved> {
    if (person.isDisabled) return { refusal: deactivated() };
    const role = roleByGroups(directory.settings, person.groups);
    if (role === "refused")
      return { refusal: refuse("FORBIDDEN", "You are in none of the groups that may sign in here: ask an admin") };
    const newcomer = newcomerOf(directory, person);
    const user = await late().userBy(newcomer, role);
    return typeof user === "string" ? { refusal: await refusalOf(deps, user, newcomer) } : { user };
  }

  return {
    name: directory.name,
    key: directory.key,

    /** Returns whether the account's password is the directory's. */
    isLinked: async (userId: number): Promise<boolean> => (await idOf(userId)) !== undefined,

    /**
     * Proves somebody by the directory.
     *
     * @param user the account with the typed name, if there is one
     * @returns undefined when the directory does not know the name with that password
     * @throws DirectoryError
     */
    async prove(user: UserRecord | null, { username, password }: Typed): Promise<Proved | undefined> {
      const id = user ? await idOf(user.id) : undefined;
      // The person behind a linked account is looked up by the lasting id: names change, and may differ from the one here.
      const person = await (id === undefined
        ? directory.identify(username, password)
        : directory.confirm(id, password));
      return person && accountOf(person);
    },

    /**
     * Returns whether it is the password of the linked account.
     *
     * @throws AppError UNAVAILABLE when the directory cannot be reached
     */
    async verify(userId: number, password: string): Promise<boolean> {
      const id = await idOf(userId);
      try {
        const person = id === undefined ? undefined : await directory.confirm(id, password);
        return person !== undefined && !person.isDisabled;
      } catch (error) {
        throw unreachable(error, directory.name);
      }
    },
  };
}

export type DirectoryAccounts = ReturnType<typeof createDirectoryAccounts>;
