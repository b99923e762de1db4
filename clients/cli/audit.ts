/** `muster audit`: lists the newest entries of the audit log that the caller may read. */
import { botIdOf } from "./bots.js";
import type { Options } from "./options.js";
import { account, ask } from "./server.js";
import { instantOf, print, printJson, printTable } from "./terminal.js";

type Entry = {
  at: string;
  action: string;
  outcome: string;
  by: { kind: string; id: string | null; name: string | null };
  target: { type: string; id: string; name: string | null } | null;
};
type Page = { entries: Entry[]; next_cursor: string | null };
const ENTRIES_SHOWN = 100;

/** Names the one who acted, or what was acted on, for people. */
const nameOf = (one: { id: string | null; name: string | null } | null): string => one?.name ?? one?.id ?? "";

/** Prints the newest entries, the oldest of them first. */
export async function printAudit(options: Options): Promise<void> {
  const me = account(options);
  const query = new URLSearchParams();
  if (options.bot) query.set("bot_id", await botIdOf(me, options.bot));
  if (options.since) query.set("since", instantOf(options.since));
  if (options.search) query.set("q", options.search);
  const found: Entry[] = [];
  // A page of a search may hold fewer entries than were asked for.
  do {
    query.set("limit", String(ENTRIES_SHOWN - found.length));
    const page = await ask<Page>(me, `GET /api/audit?${query}`);
    found.push(...page.entries);
    if (page.next_cursor === null) break;
    query.set("cursor", page.next_cursor);
  } while (found.length < ENTRIES_SHOWN);
  found.reverse();
  if (options.json) return printJson(found);
  if (found.length === 0) return print("No entries match");
  printTable(
    found.map(({ at, outcome, by, action, target }) => [
      ...[at, outcome, nameOf(by) || by.kind, action, target ? `${target.type} ${nameOf(target)}` : ""],
    ]),
  );
}
