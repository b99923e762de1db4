/** `muster schedules`: lists schedules, and runs, pauses or resumes one. */
import { cutText } from "../typescript/src/text.js";
import type { Options } from "./options.js";
import { type Account, account, ask, Trouble } from "./server.js";
import { print, printJson, printTable, usage } from "./terminal.js";

type Schedule = {
  schedule_id: string;
  name: string;
  state: string;
  type: string;
  cron: string | null;
  every_minutes: number | null;
  next_at: string | null;
};
type Run = { run_id: string; state: string; bots: number; skipped: number; reason: string | null };

/** The longest name of a schedule. */
const NAME_MAX = 80;

/** Lists schedules, all pages of them. */
async function listSchedules(me: Account, query = ""): Promise<Schedule[]> {
  const found: Schedule[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const more: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page: { schedules: Schedule[]; next_cursor: string | null } = await ask(
      me,
      `GET /api/schedules?limit=200${query}${more}`,
    );
    found.push(...page.schedules);
    cursor = page.next_cursor;
  }
  return found;
}

/**
 * Returns the path of the schedule that has this id or, in any case, this name.
 *
 * @throws Trouble when several schedules have the name
 */
async function pathOf(me: Account, text: string): Promise<string> {
  const named = (await listSchedules(me, `&search=${encodeURIComponent(cutText(text, NAME_MAX))}`)).filter(
    ({ name }) => name.toLowerCase() === text.toLowerCase(),
  );
  if (named.length > 1) {
    const ids = named.map(({ schedule_id }) => schedule_id).join(", ");
    throw new Trouble(`${named.length} schedules are named "${text}"; give one of the ids ${ids}`);
  }
  return `/api/schedules/${encodeURIComponent(named[0]?.schedule_id ?? text)}`;
}

export async function schedules(options: Options, [verb, name]: string[]): Promise<void> {
  const me = account(options);
  if (verb === undefined) {
    const found = await listSchedules(me);
    if (options.json) return printJson(found);
    return printTable(
      found.map((one) => [
        ...[
          one.state,
          one.schedule_id,
          one.cron ?? `every ${one.every_minutes} min`,
          one.next_at ?? "",
          one.type,
          one.name,
        ],
      ]),
    );
  }
  if (!["run", "pause", "resume"].includes(verb)) usage(`There is no "schedules ${verb}"`);
  if (!name) usage(`schedules ${verb} needs a schedule`);
  const reply = await ask<{ run?: Run; schedule?: Schedule }>(me, `POST ${await pathOf(me, name)}/${verb}`, {});
  if (options.json) printJson(reply.run ?? reply.schedule);
  else if (reply.run) print(`${reply.run.run_id}  ${reply.run.state}  ${reply.run.reason ?? `${reply.run.bots} bots`}`);
  else print(`${reply.schedule?.state}  ${reply.schedule?.next_at ?? ""}`.trimEnd());
}
