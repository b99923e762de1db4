/** Rights of people that no request of theirs causes to be read: who is notified about a bot, and to whom work may be given. */
import { now } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { includes, type OwnedBot, operatedBots, reachedBots, reaches } from "@/lib/identity/access";
import { FIRST_TEAM } from "./contract.constants";
import { membersOf, type ReadRights, roleOfUser } from "./store.rights";

/** Returns whether a person may see a bot, read from the database, for events that no request of the person causes. */
async function seesBot(readRights: ReadRights, userId: number, bot: OwnedBot): Promise<boolean> {
  if (userId === bot.team_id) return true;
  const role = await roleOfUser(userId);
  if (role !== undefined && role !== "user") return true;
  const rights = (await readRights([userId], now())).get(userId);
  return includes(reachedBots({ user_id: userId, rights }), bot);
}

/** Returns whether a person is at least operator on a bot, by the team that owns it or by a grant, read from the database. */
async function operatesBot(readRights: ReadRights, userId: number, bot: OwnedBot): Promise<boolean> {
  if (userId === bot.team_id) return true;
  const rights = (await readRights([userId], now())).get(userId);
  return includes(operatedBots({ user_id: userId, rights }), bot);
}

const membersReaching = async (teamId: number, least: TeamRole): Promise<number[]> => {
  if (teamId < FIRST_TEAM) return [teamId];
  const members = await membersOf(teamId);
  return members.filter(({ role }) => reaches(role, least)).map(({ user_id }) => user_id);
};

/** Returns the people who manage what a team owns. */
export const maintainersOf = (teamId: number): Promise<number[]> => membersReaching(teamId, "maintainer");

/** Returns the members of a team with at least the role operator, who are notified about what the team owns. */
export const operatorsOf = (teamId: number): Promise<number[]> => membersReaching(teamId, "operator");

export const createWatching = ({ readRights }: { readRights: ReadRights }) => ({
  /** Returns whether a person is at least operator on a bot. For events that no request of the person causes. */
  operatesBot: (userId: number, bot: OwnedBot): Promise<boolean> => operatesBot(readRights, userId, bot),

  /**
   * Returns the people who are notified about a bot: those who operate it for its team, or the one who sent a command and
   * may still see the bot.
   */
  async watchersOf(bot: OwnedBot, sender: number | null): Promise<number[]> {
    // A service key sends for the team: nobody in particular waits for the answer.
    if (sender !== null && sender < FIRST_TEAM) return (await seesBot(readRights, sender, bot)) ? [sender] : [];
    return bot.team_id === null ? [] : operatorsOf(bot.team_id);
  },
});
