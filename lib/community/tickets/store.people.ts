/** Accounts and bots as tickets need them. */
import { inList, query } from "@/lib/core/db";
import { botNames, ownedBots } from "@/lib/fleet/bots";
import type { OwnedBot } from "@/lib/identity/access";
import { discordAccounts, userCards } from "@/lib/identity/accounts";
import type { Person } from "./rows";

type Account = Omit<Person, "active"> & { active: number };

const accounts = () => query().selectFrom(userCards().as("account")).selectAll().$castTo<Account>();

const toPerson = ({ active, ...account }: Account): Person => ({ ...account, active: active === 1 });

async function findPerson(id: number): Promise<Person | undefined> {
  const account = await accounts().where("id", "=", id).executeTakeFirst();
  return account && toPerson(account);
}

/** Finds an account by its id, or by the Discord id linked to it. */
async function findNamed(id: string): Promise<Person | undefined> {
  if (/^[1-9]\d{0,8}$/.test(id)) return findPerson(Number(id));
  const account = /^\d{15,20}$/.test(id)
    ? await accounts().where("id", "in", discordAccounts(id)).executeTakeFirst()
    : undefined;
  return account && toPerson(account);
}

/** Active moderators and admins by name, at most 200. */
async function findStaff(): Promise<Person[]> {
  const active = accounts().where("role", "<>", "user").where("active", "=", 1);
  return (await active.orderBy("username").limit(200).execute()).map(toPerson);
}

/** Active people among these ids by name, at most 200. */
async function findActive(ids: readonly number[]): Promise<Person[]> {
  if (ids.length === 0) return [];
  const active = accounts().where("id", "in", inList(ids)).where("active", "=", 1);
  return (await active.orderBy("username").limit(200).execute()).map(toPerson);
}

/** Active moderators and admins, and active people among `others`, each with how many tickets they have claimed. */
async function findAssignees(others: readonly number[]): Promise<(Person & { claimed: number })[]> {
  const staff = await findStaff();
  const operators = (await findActive(others)).filter(({ id }) => !staff.some((person) => person.id === id));
  const counts = await query()
    .selectFrom("ticket")
    .select((eb) => ["assigned_to", eb.fn.countAll<number>().as("claimed")])
    .where("status", "=", "claimed")
    .groupBy("assigned_to")
    .execute();
  const claimed = new Map(counts.map((count) => [count.assigned_to, count.claimed]));
  return [...operators, ...staff].map((person) => ({ ...person, claimed: claimed.get(person.id) ?? 0 }));
}

/** Finds the name of a bot; its id when it is gone. */
const findBotName = async (id: string): Promise<string> => (await botNames([id])).get(id) || id;

/** Finds a bot, and the team that owns it; undefined when it is gone. */
async function findBot(id: string): Promise<OwnedBot | undefined> {
  const bot = (await ownedBots(query(), [id])).get(id);
  return bot && { id, team_id: bot.team_id };
}

export const createPeopleStore = () => ({
  person: findPerson,
  named: findNamed,
  assignees: findAssignees,
  bot: findBot,
  botName: findBotName,
});

export type PeopleStore = ReturnType<typeof createPeopleStore>;
