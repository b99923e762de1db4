/** The groups of a person in the directory, with the groups that contain those. */
import type { Filter } from "ldapts";
import type { LdapSettings } from "@/lib/core/env.ldap";
import { type Connection, DirectoryError, findEntries } from "./connection";
import type { DirectoryEntry } from "./entry";

/** Active Directory finds groups of groups itself by this rule (LDAP_MATCHING_RULE_IN_CHAIN). */
const IN_CHAIN = "1.2.840.113556.1.4.1941";
const MAX_GROUPS = 5_000;
/** How many levels of groups in groups are followed. */
const MAX_LEVELS = 10;
/** Names in one search. */
const AT_ONCE = 50;

type Member = { dn: string; username?: string };

/** Finds the groups that have one of the members. */
async function groupsWith(connection: Connection, settings: LdapSettings, members: Member[]) {
  const { AndFilter, EqualityFilter, ExtensibleFilter, FilterParser, OrFilter } = connection.ldap;
  const matches = members.flatMap(({ dn, username }): Filter[] => {
    if (settings.TYPE === "ad") return [new ExtensibleFilter({ matchType: "member", rule: IN_CHAIN, value: dn })];
    const byName = ["member", "uniqueMember"].map((attribute) => new EqualityFilter({ attribute, value: dn }));
    return username === undefined
      ? byName
      : [...byName, new EqualityFilter({ attribute: "memberUid", value: username })];
  });
  const filter = new AndFilter({
    filters: [FilterParser.parseString(settings.GROUP_FILTER), new OrFilter({ filters: matches })],
  });
  const attributes = [settings.GROUP_NAME_ATTRIBUTE];
  return findEntries(connection, { base: settings.GROUP_BASE_DN, filter, attributes, max: MAX_GROUPS });
}

/**
 * Finds the groups of a person, direct ones and those that contain them.
 *
 * @returns the name and the DN of each, as settings may give either
 * @throws DirectoryError for more than 5,000
 */
export async function groupsOf(connection: Connection, settings: LdapSettings, person: DirectoryEntry) {
  const names = new Set<string>();
  const seen = new Set<string>();
  let level: Member[] = [{ dn: person.dn, username: person.username }];
  for (let depth = 0; level.length > 0 && depth < MAX_LEVELS; depth++) {
    const above: Member[] = [];
    for (let at = 0; at < level.length; at += AT_ONCE) {
      const found = await groupsWith(connection, settings, level.slice(at, at + AT_ONCE));
      for (const { dn, ...entry } of found) {
        // Groups may contain one another in a circle.
        if (seen.has(dn.toLowerCase())) continue;
        seen.add(dn.toLowerCase());
        if (seen.size > MAX_GROUPS) throw new DirectoryError(`${person.dn} is in more than ${MAX_GROUPS} groups`);
        above.push({ dn });
        for (const name of [dn, ...Object.values(entry).flat()]) names.add(name.toString());
      }
    }
    if (settings.TYPE === "ad") break;
    level = above;
  }
  return [...names];
}
