/** Accounts and bots as tickets need them. */
import { query, type Row, type SqlBool, sql } from "@/lib/core/db";
import type { Person } from "./rows";

const IS_ACTIVE = sql<SqlBool>`is_active = true`;

type Account = Pick<Row<"user">, "id" | "username" | "fullname" | "email" | "image"> & Pick<Person, "role">;

/** Accounts are another room's table: here they are only read. */
const accounts = () =>
  query()
    .selectFrom("user")
    .select(["id", "username", "fullname", "email", "image", "role"])
    .select((eb) => eb.case().when(IS_ACTIVE).then(1).else(0).end().as("active"))
    .$castTo<Account & { active: number }>();

const toPerson = ({ active, ...account }: Account & { active: number }): Person => ({
  ...account,
  active: active === 1,
});

async function findPerson(id: number): Promise<Person | undefined> {
  const account = await accounts().where("id", "=", id).executeTakeFirst();
  return account && toPerson(account);
}

/** Active moderators and admins by name, at most 200. */
async function findStaff(): Promise<Person[]> {
  const staff = await accounts().where("role", "<>", "user").where(IS_ACTIVE).orderBy("username").limit(200).execute();
  return staff.map(toPerson);
}

/** Active moderators and admins by name, at most 200, with how many tickets each has claimed. */
async function findStaffWithClaims(): Promise<(Person & { claimed: number })[]> {
  const staff = await findStaff();
  const counts = await query()
    .selectFrom("ticket")
    .select((eb) => ["assigned_to", eb.fn.countAll<number>().as("claimed")])
    .where("status", "=", "claimed")
    .groupBy("assigned_to")
    .execute();
  const claimed = new Map(counts.map((count) => [count.assigned_to, count.claimed]));
  return staff.map((person) => ({ ...person, claimed: claimed.get(person.id) ?? 0 }));
}

/** Finds the name of a bot; its id when it is gone. */
async function findBotName(id: string): Promise<string> {
  const bot = await query().selectFrom("bot").select("name").where("id", "=", id).executeTakeFirst();
  return bot?.name || id;
}

export const createPeopleStore = () => ({ person: findPerson, staff: findStaffWithClaims, botName: findBotName });

export type PeopleStore = ReturnType<typeof createPeopleStore>;
