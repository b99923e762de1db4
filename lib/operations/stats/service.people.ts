/** Lists accounts and contacts together (000 and 002 "User Endpoints"), and finds the account or contact of an id. */

import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { sizeText } from "@/lib/core/format/units";
import { permissionsOf } from "@/lib/identity/access";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { UserRow } from "@/lib/identity/accounts/contract";
import type { UserListQuery } from "@/lib/identity/accounts/contract.list";
import type { Contact } from "@/lib/operations/system";
import type { getPerson, Person } from "./contract";

export type PeopleDeps = {
  accounts: Pick<AccountsRoom["accounts"], "get" | "getMember" | "resolve" | "list" | "search">;
  analytics: { lastSeen(userIds: readonly number[]): Promise<Map<number, number>> };
  tasks: {
    ofUsers(userIds: readonly number[]): Promise<Map<number, Contact["figures"]>>;
    contacts: {
      find(actor: Actor, id: string): Promise<Contact | null>;
      list(actor: Actor, search?: string): Promise<Contact[]>;
    };
  };
};

type PersonProfile = (typeof getPerson.response)["_output"];
/** A number that no account has. */
const NO_ACCOUNT = 0;

/** Returns when a user was last active: the last recorded action, or the last sign-in if none is recorded. */
const lastActive = (seen: number | undefined, lastLogin: string | null): string | null =>
  seen === undefined ? lastLogin : iso(seen);

/** Lists of people, for staff. */
function createPeopleLists({ accounts, analytics, tasks }: PeopleDeps) {
  async function listed({ users }: { users: UserRow[] }, contacts: Contact[]) {
    const ids = users.map(({ id }) => id);
    const [seen, transfers] = await Promise.all([analytics.lastSeen(ids), tasks.ofUsers(ids)]);
    const people: Person[] = users.map((user) => ({
      ...user,
      ...({ kind: "account", platform: null } as const),
      totalDownloads: transfers.get(user.id)?.total ?? 0,
      totalUploads: transfers.get(user.id)?.uploads ?? 0,
      lastActive: lastActive(seen.get(user.id), user.last_login),
    }));
    people.push(
      ...contacts.map((contact) => ({
        ...profileOf(contact),
        ...({ kind: "contact", platform: contact.platform, bot_count: 0 } as const),
        totalDownloads: contact.figures.total,
        totalUploads: contact.figures.uploads,
        lastActive: contact.last_active,
      })),
    );
    return { users: people, count: people.length };
  }

  return {
    /**
     * Lists accounts with their transfers and last activity: a page, or all of them followed by the contacts.
     *
     * @throws FORBIDDEN for all but staff
     */
    async users(actor: Actor, query: UserListQuery = {}) {
      const found = await accounts.list(actor, query);
      const isWhole = Object.values(query).every((value) => value === undefined);
      const people = await listed(found, isWhole ? await tasks.contacts.list(actor) : []);
      return "next_cursor" in found ? { ...people, next_cursor: found.next_cursor } : people;
    },

    /** Finds the people with `q` in their name, address or contact id. @throws FORBIDDEN for all but staff */
    searchUsers: async (actor: Actor, q: string) =>
      listed(await accounts.search(actor, q), await tasks.contacts.list(actor, q)),
  };
}

/** Finds one person by id, for the profile and the statistics. */
function createProfiles({ accounts, analytics, tasks }: PeopleDeps) {
  /**
   * Resolves an id to the account if the caller may see it, or else to a contact the caller may see.
   *
   * @throws FORBIDDEN, NOT_FOUND from the account's look-up, if there is no such contact either
   */
  async function named<T>(actor: Actor, id: string, account: () => Promise<T>, contact: (found: Contact) => T) {
    try {
      return await account();
    } catch (error) {
      const isMissing = error instanceof AppError && (error.code === "NOT_FOUND" || error.code === "FORBIDDEN");
      const found = isMissing ? await tasks.contacts.find(actor, id) : null;
      if (!found) throw error;
      return contact(found);
    }
  }

  return {
    /** Returns a person's profile. @throws FORBIDDEN, NOT_FOUND */
    person: (actor: Actor, userId: string) =>
      named<PersonProfile>(
        actor,
        userId,
        async () => ({ ...(await accounts.getMember(actor, userId)), kind: "account", platform: null }),
        (contact) => ({
          ...{ user_id: String(contact.id), username: contact.username, discriminator: "0", avatar: null },
          ...{ role: "user", permissions: permissionsOf("user"), kind: "contact", platform: contact.platform },
          user: {
            ...profileOf(contact),
            ...{ phone: null, birthday: null, gender: null, time_zone: null, clock: null },
            ...{ version: 0, email_verified: false },
          },
        }),
      ),

    /** Returns the account number for finding a person's bots; a contact has none. @throws FORBIDDEN, NOT_FOUND */
    ownerOf: (actor: Actor, userId: string): Promise<number> =>
      named(
        actor,
        userId,
        () => accounts.resolve(actor, userId),
        () => NO_ACCOUNT,
      ),

    /** @throws FORBIDDEN, NOT_FOUND as for the profile */
    async ofUser(actor: Actor, userId: string) {
      const account = async () => {
        const user = await accounts.get(actor, userId);
        const [seen, transfers] = await Promise.all([analytics.lastSeen([user.id]), tasks.ofUsers([user.id])]);
        const { total = 0, successful = 0, failed = 0, bytes = 0 } = transfers.get(user.id) ?? {};
        return {
          ...{ userId: user.id as number | string, username: user.username },
          downloads: { total, successful, failed },
          totalSize: sizeText(bytes),
          joinedDate: user.created_at,
          lastActive: lastActive(seen.get(user.id), user.last_login),
        };
      };
      return named(actor, userId, account, ({ id, username, figures, created_at, last_active }) => ({
        ...{ userId: id, username },
        downloads: { total: figures.total, successful: figures.successful, failed: figures.failed },
        totalSize: sizeText(figures.bytes),
        joinedDate: created_at,
        lastActive: last_active,
      }));
    },
  };
}

export const createPeople = (deps: PeopleDeps) => ({ ...createPeopleLists(deps), ...createProfiles(deps) });

/** Shows a contact in the form of an account: without an address, without rights, and unable to sign in. */
const profileOf = ({ id, username, created_at }: Contact) => ({
  ...{ id, username, email: "", fullname: username, role: "user" as const, created_at },
  ...{ is_active: false, last_login: null },
});
