/**
 * Keeps access that was taken away since a backup from coming back when it is restored. The present database is read
 * before it is replaced, and the staged one is changed before it is put in place, so that a crash in between gives no
 * access back.
 *
 * Each room reads and changes its own tables. Users and bots are matched by id and time of creation, so that restoring
 * onto another server carries nothing over.
 */
import { eraseSessions } from "@/lib/community/analytics";
import { erasePlayers } from "@/lib/community/feeds";
import { eraseNotifications } from "@/lib/community/notifications";
import { eraseSocial } from "@/lib/community/social";
import type { Queries } from "@/lib/core/db";
import {
  carryTokens,
  endTokensOf,
  giveBots,
  keepOwners,
  keepTagsLost,
  type PresentTag,
  type PresentToken,
  readTags,
  readTokens,
  unchangedBots,
} from "@/lib/fleet/bots";
import { eraseViews } from "@/lib/fleet/views";
import {
  carryEnded,
  endSessions,
  keepAdmins,
  keepRotations,
  keepSecondFactors,
  keepSession,
  type PresentAccounts,
  readAccounts,
  readKeyTags,
  unchangedPeople,
  withdrawKeys,
  withdrawLinks,
  withdrawUsers,
} from "@/lib/identity/accounts";
import {
  keepTeamKeys,
  keepTeams,
  type PresentTeams,
  readTeamIds,
  readTeamKeyTags,
  readTeams,
  withdrawTeams,
} from "@/lib/identity/teams";
import { eraseAlerts } from "@/lib/operations/alerts";
import { eraseHooks, type HookAccess, keepHooks, readHooks } from "@/lib/operations/incoming";
import { eraseWindows } from "@/lib/operations/maintenance";
import { eraseSchedules } from "@/lib/operations/schedules";
import { erasePages, keepPages, type PageAccess, readPages } from "@/lib/operations/status-pages";
import { eraseTransfers } from "@/lib/operations/transfers";

export type PresentAccess = {
  accounts: PresentAccounts;
  tokens: PresentToken[];
  tags: PresentTag[];
  teams: PresentTeams;
  statusPages: PageAccess[];
  hooks: HookAccess[];
};

const NAMES_SHOWN = 5;

/** Reads the access that people and programs have at present. @throws the database's error when it cannot be read */
export async function readPresentAccess(present: Queries, sessionId: string | undefined): Promise<PresentAccess> {
  const accounts = await readAccounts(present, sessionId);
  const [tokens, tags] = [await readTokens(present), await readTags(present)];
  const [statusPages, hooks] = [await readPages(present), await readHooks(present)];
  return { accounts, tokens, tags, teams: await readTeams(present), statusPages, hooks };
}

/**
 * Removes the data of a person whose account was deleted, so that the server no longer sends them anything or acts for
 * them. Their tickets are handled by the tickets room, which knows the files (lib/community/tickets).
 */
async function eraseUser(staged: Queries, userId: number): Promise<void> {
  const below = [
    eraseNotifications,
    eraseSessions,
    erasePlayers,
    eraseSocial,
    eraseAlerts,
    eraseTransfers,
    eraseSchedules,
    eraseWindows,
    erasePages,
    eraseHooks,
    eraseViews,
  ];
  for (const erase of [...below, endTokensOf]) await erase(staged, userId);
}

const listed = (names: string[]) =>
  names.length > NAMES_SHOWN
    ? `${names.slice(0, NAMES_SHOWN).join(", ")} and ${names.length - NAMES_SHOWN} more`
    : names.join(", ");

/**
 * Removes from the staged database the access that has ended since the backup.
 *
 * @param present undefined when there is no present database, or it cannot be read
 * @returns a warning for each kind of access that differs from the backup
 */
export async function withdrawEndedAccess(staged: Queries, present: PresentAccess | undefined): Promise<string[]> {
  const warnings: string[] = [];
  const warn = (names: string[], text: string) =>
    void (names.length > 0 && warnings.push(`${text}: ${listed(names)}.`));

  const sessions = await endSessions(staged);
  if (!present) return sessions > 0 ? ["Every session was ended: everyone signs in again."] : [];
  const { accounts, tokens, tags, teams, statusPages, hooks } = present;
  const endedOf = await carryEnded(staged, accounts);
  warn(await withdrawKeys(staged, endedOf("key")), "API keys revoked since the backup stay revoked");
  warn(await keepRotations(staged, accounts), "API keys rotated since the backup keep their present secret");
  warn(await withdrawLinks(staged, endedOf("link")), "Accounts unlinked since the backup stay unlinked");
  const users = await withdrawUsers(staged, accounts, new Set(endedOf("user")), eraseUser);
  warn(users.deleted, "Accounts deleted since the backup stay deleted; their bots are back without a valid token");
  warn(users.deactivated, "Accounts deactivated since the backup stay deactivated");
  warn(users.lowered, "Roles lowered since the backup stay lowered");
  warn(users.passwords, "Passwords changed since the backup stay as they are now");
  warn(await keepSecondFactors(staged, accounts), "Second factors changed since the backup stay as they are now");
  const bots = await carryTokens(staged, tokens);
  warn(bots.rotated, "Bot tokens rotated since the backup stay as they are now");
  const same = { people: await unchangedPeople(staged, accounts), bots: await unchangedBots(staged, tokens) };
  warn(
    await withdrawTeams(staged, endedOf("team").map(Number), async (trx, from, to) => {
      await giveBots(trx, from, to);
      await eraseAlerts(trx, from);
    }),
    "Teams deleted since the backup stay deleted; their bots are back with the first owners",
  );
  const teamIds = new Set(await readTeamIds(staged));
  const moved = await keepOwners(staged, tokens, (id) => same.people.has(id) || teamIds.has(id));
  warn(moved, "Bots given to another team since the backup stay there");
  warn(
    await keepTeamKeys(staged, teams, endedOf("team_key")),
    "Service keys of teams that were revoked or rotated since the backup stay so",
  );
  const kept = await keepTeams(staged, teams, same);
  warn(kept.teams, "Members of teams changed since the backup stay as they are now");
  warn(kept.bots, "Shares of bots that were changed or ended since the backup stay so");
  warn(kept.tags.changed, "Shares of tags that were changed or ended since the backup stay so");
  const giving = [...kept.tags.shared, ...(await readKeyTags(staged)), ...(await readTeamKeyTags(staged))];
  warn(
    await keepTagsLost(staged, tags, giving, same.bots),
    "Tags that give access and that bots have lost since the backup stay away",
  );
  warn(
    await keepPages(staged, statusPages),
    "Status pages that were switched off, shared anew or deleted since the backup stay as they are now, or off",
  );
  warn(
    await keepHooks(staged, hooks),
    "Incoming webhooks that were replaced, paused or deleted since the backup stay as they are now, or paused",
  );
  if (tokens.length > 0)
    warn(
      bots.returned,
      "Bots that were deleted since the backup are back with their tokens; rotate those that may have leaked",
    );
  const admins = await keepAdmins(staged, accounts);
  if (admins)
    warnings.push(
      admins.length > 0
        ? `No admin of the backup may administer any more: ${listed(admins)} stays admin.`
        : "This backup has no active admin: restart the server, and it prints a setup link.",
    );
  const isKept = await keepSession(staged, accounts);
  if (sessions > 0) warnings.push(`Every session was ended${isKept ? " except yours" : ""}: people sign in again.`);
  return warnings;
}
