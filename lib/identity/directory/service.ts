/** Asks the directory who somebody is, and who may still sign in (decision 044). Nothing here touches the database. */
import type { EqualityFilter, Filter } from "ldapts";
import type { Clock } from "@/lib/core/clock";
import type { LdapSettings } from "@/lib/core/env.ldap";
import { createLine } from "@/lib/core/line";
import { usesGroups } from "@/lib/identity/groups";
import { type Connection, DirectoryError, findEntries, isPassword, withConnection } from "./connection";
import { attributesOf, type DirectoryEntry, idOf, idValue, isBinary, toEntry } from "./entry";
import { groupsOf } from "./groups";

const AT_ONCE = 8;
const MAX_WAITING = 64;
/** Ids in one search. */
const IDS_AT_ONCE = 100;
const SURVEY_MS = 40_000;
const PLACEHOLDER = /\{username\}/g;

const seesNobody = () =>
  new DirectoryError(
    "it shows this server none of its people: check LDAP_BASE_DN, LDAP_USER_FILTER and the rights of LDAP_BIND_DN",
  );

export type DirectoryPerson = DirectoryEntry & { groups: string[] };
type Deps = { settings: LdapSettings; now: Clock };

const anyOf = ({ ldap }: Connection, filters: Filter[]): Filter => new ldap.OrFilter({ filters });

/** Creates the searches for people. */
function createSearches({ settings, now }: Deps) {
  // The client looks for the name as the server spells it.
  const binary = isBinary(settings.ID_ATTRIBUTE) ? ["objectGUID", settings.ID_ATTRIBUTE] : [];

  async function people(connection: Connection, filter: Filter, max: number): Promise<DirectoryEntry[]> {
    const search = { base: settings.BASE_DN, filter, attributes: attributesOf(settings), binary, max };
    return (await findEntries(connection, search)).flatMap((entry) => toEntry(entry, settings, now()) ?? []);
  }

  const byIds = ({ ldap }: Connection, ids: readonly string[]): EqualityFilter[] =>
    ids.map((id) => new ldap.EqualityFilter({ attribute: settings.ID_ATTRIBUTE, value: idValue(id, settings) }));

  /** Everybody whom LDAP_USER_FILTER lets in, whatever the name. */
  const everybody = ({ ldap }: Connection) =>
    ldap.FilterParser.parseString(settings.USER_FILTER.replace(PLACEHOLDER, "*"));

  /** Adds who matches LDAP_DISABLED_FILTER. */
  async function judged(connection: Connection, found: DirectoryEntry[]): Promise<DirectoryEntry[]> {
    if (settings.DISABLED_FILTER === undefined || found.length === 0) return found;
    const { AndFilter, FilterParser } = connection.ldap;
    const named = anyOf(
      connection,
      byIds(
        connection,
        found.map(({ id }) => id),
      ),
    );
    const filter = new AndFilter({ filters: [FilterParser.parseString(settings.DISABLED_FILTER), named] });
    const search = { base: settings.BASE_DN, filter, attributes: [settings.ID_ATTRIBUTE], binary, max: found.length };
    const disabled = new Set((await findEntries(connection, search)).map((entry) => idOf(entry, settings)));
    return found.map((entry) => ({ ...entry, isDisabled: entry.isDisabled || disabled.has(entry.id) }));
  }

  return {
    judged,

    /** The people with that name. */
    async named(connection: Connection, username: string): Promise<DirectoryEntry[]> {
      const { escapeFilter, FilterParser } = connection.ldap;
      // A function, because "$&" in a name would mean something in a text.
      const text = settings.USER_FILTER.replace(PLACEHOLDER, () => escapeFilter`${username}`);
      return people(connection, FilterParser.parseString(text), 100);
    },

    /** The people with these ids whom LDAP_USER_FILTER lets in. */
    async withIds(connection: Connection, ids: readonly string[]): Promise<DirectoryEntry[]> {
      const filters = [everybody(connection), anyOf(connection, byIds(connection, ids))];
      const filter = new connection.ldap.AndFilter({ filters });
      return people(connection, filter, ids.length);
    },

    /** Returns whether this server may see anybody in the directory. */
    async seesAnybody({ client, ...connection }: Connection): Promise<boolean> {
      const filter = everybody({ client, ...connection });
      const options = { scope: "sub" as const, filter, attributes: ["1.1"], sizeLimit: 1 };
      return (await client.search(settings.BASE_DN, options)).searchEntries.length > 0;
    },
  };
}

/**
 * The provider under which identities are stored. It names the domain and no server or folder, because several servers have the
 * same directory, and LDAP_BASE_DN may be narrowed or widened.
 */
function keyOf({ BASE_DN }: LdapSettings): string {
  const name = BASE_DN.toLowerCase().replace(/\s*([,=])\s*/g, "$1");
  return `ldap:${/dc=[^,]+(?:,dc=[^,]+)*$/.exec(name)?.[0] ?? name}`;
}

/** Creates the check of a password. */
function createProving(settings: LdapSettings, searches: ReturnType<typeof createSearches>) {
  const runInLine = createLine(AT_ONCE, MAX_WAITING);
  const decoy = `${settings.USERNAME_ATTRIBUTE}=nobody-has-this-name,${settings.BASE_DN}`;

  /** Proves a person by the password; undefined for a wrong one, and for nobody. */
  return (
    password: string,
    find: (connection: Connection) => Promise<DirectoryEntry[]>,
  ): Promise<DirectoryPerson | undefined> =>
    runInLine(() =>
      withConnection(settings, 3 * settings.TIMEOUT_MS, async (connection) => {
        const [person, ...others] = await find(connection);
        const only = others.length === 0 ? person : undefined;
        // An unknown name costs the same requests as a wrong password, so that the time does not tell them apart.
        const isRight = await isPassword(connection, only?.dn ?? decoy, password);
        if (!only || !isRight) return undefined;
        await connection.bindService();
        const [proved = only] = await searches.judged(connection, [only]);
        return { ...proved, groups: usesGroups(settings) ? await groupsOf(connection, settings, only) : [] };
      }),
    );
}

export function createDirectoryService(deps: Deps) {
  const { settings } = deps;
  const searches = createSearches(deps);
  const prove = createProving(settings, searches);
  return {
    settings,
    name: settings.NAME,
    key: keyOf(settings),

    /**
     * Proves who has the name and the password.
     *
     * @returns undefined for a wrong password, a name that nobody or several have
     * @throws DirectoryError; AppError UNAVAILABLE when too many wait
     */
    async identify(username: string, password: string): Promise<DirectoryPerson | undefined> {
      if (password === "") return undefined;
      return prove(password, (connection) => searches.named(connection, username));
    },

    /** Proves the person with the id by the password. @throws as `identify` does */
    async confirm(id: string, password: string): Promise<DirectoryPerson | undefined> {
      if (password === "") return undefined;
      return prove(password, (connection) => searches.withIds(connection, [id]));
    },

    /**
     * Finds the entries of many people. Those who are gone, or whom LDAP_USER_FILTER excludes, are left out.
     *
     * @throws DirectoryError also when nobody at all can be seen: a right was taken from this server then
     */
    async survey(ids: readonly string[]): Promise<Map<string, DirectoryEntry>> {
      return withConnection(settings, SURVEY_MS, async (connection) => {
        const found = new Map<string, DirectoryEntry>();
        for (let at = 0; at < ids.length; at += IDS_AT_ONCE)
          for (const entry of await searches.judged(
            connection,
            await searches.withIds(connection, ids.slice(at, at + IDS_AT_ONCE)),
          ))
            found.set(entry.id, entry);
        if (found.size === 0 && !(await searches.seesAnybody(connection))) throw seesNobody();
        return found;
      });
    },

    /** Checks that the directory can be asked and shows somebody. @throws DirectoryError */
    async check(): Promise<void> {
      await withConnection(settings, SURVEY_MS, async (connection) => {
        if (!(await searches.seesAnybody(connection))) throw seesNobody();
      });
    },

    /** The groups of several people, by their ids. @throws DirectoryError */
    async groups(people: readonly DirectoryEntry[]): Promise<Map<string, string[]>> {
      return withConnection(settings, SURVEY_MS, async (connection) => {
        const found = new Map<string, string[]>();
        for (const person of people) found.set(person.id, await groupsOf(connection, settings, person));
        return found;
      });
    },
  };
}

export type Directory = ReturnType<typeof createDirectoryService>;
