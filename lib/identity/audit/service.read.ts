/** Shows the audit log: all of it to admins, a bot's acts to those who maintain it, and to everybody their own. */
import { type Actor, asUser, mayArea, type UserActor } from "@/lib/core/actor";
import { parseInstant } from "@/lib/core/contract.time";
import { AppError } from "@/lib/core/errors";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { afterPair, dashed } from "@/lib/core/pages";
import type { AuditEntry, AuditQuery } from "./contract";
import { entryOf, type SentRow, seesOrigin, sentEntry } from "./show";
import type { AuditFilter, AuditReader, AuditRow } from "./store.read";

export type SentReader = (
  filter: { bot_id?: string; team_id?: number; user_id?: number },
  range: { before: number; limit: number },
) => Promise<SentRow[]>;
type Asked = Omit<AuditQuery, "limit" | "cursor">;
type Deps = {
  reader: AuditReader;
  /** @throws AppError NOT_FOUND, FORBIDDEN unless the actor maintains the bot */
  demandBot(actor: Actor, botId: string): Promise<unknown>;
  /** @throws AppError NOT_FOUND, FORBIDDEN unless the actor maintains the team */
  demandTeam(actor: Actor, teamId: number): unknown;
  now(): number;
  newestSent: SentReader;
  usernames(ids: number[]): Promise<Map<number, string>>;
};

/** A page of what several filters find. Rows that two of them find come once. */
type Range = { before: number; limit: number };

/** Rows that one statement of a search reads: a statement must not hold up the server. */
const SEARCH_ROWS = 4_000;
const SEARCH_STATEMENTS = 5;

/** Admins read the whole log, also by a key, if it reaches the server's own data. */
const readsAll = (user: UserActor): boolean => user.role === "admin" && mayArea(user, "server:read");

/**
 * The filters whose rows the caller may read.
 *
 * @throws AppError FORBIDDEN  the acts of somebody else, or NOT_FOUND as for the bot itself
 */
async function filtersFor(deps: Pick<Deps, "demandBot" | "demandTeam" | "now">, user: UserActor, asked: Asked) {
  const { user_id: person, since, until, ...rest } = asked;
  const times = {
    ...(since !== undefined && { since: parseInstant(since, deps.now()) }),
    ...(until !== undefined && { until: parseInstant(until, deps.now()) }),
  };
  const reader = rest.q === undefined || user.role === "admin" ? undefined : user.user_id;
  const filter: AuditFilter = { ...rest, ...times, reader };
  if (!readsAll(user)) {
    if (rest.bot_id !== undefined) await deps.demandBot({ ...user, scope: "admin" }, rest.bot_id);
    else if (rest.team_id !== undefined) deps.demandTeam(user, rest.team_id);
    else if (person !== undefined && person !== user.user_id)
      throw new AppError("FORBIDDEN", "Only an admin may read what other people did");
  }
  const isOwn = !readsAll(user) && rest.bot_id === undefined && rest.team_id === undefined;
  const of = person ?? (isOwn ? user.user_id : undefined);
  if (of === undefined) return [filter];
  // A person's own acts and those on the person's account are found by two indexes.
  const isOther = (rest.target_type ?? "user") !== "user" || (rest.target_id ?? String(of)) !== String(of);
  return [{ ...filter, user_id: of }, ...(isOther ? [] : [{ ...filter, about: of }])];
}

/** The newest rows of all filters, below `before`. `next` is where the following page starts; undefined at the end. */
async function newestOf(reader: AuditReader, filters: AuditFilter[], { before, limit }: Range) {
  const bounds = await reader.bounds(filters[0]!);
  if (!bounds || limit === 0) return { rows: [], next: bounds && limit === 0 ? before : undefined };
  const range = { from: bounds.from, before: Math.min(before, bounds.to), limit: limit + 1 };
  if (filters.some(({ q }) => q)) return searched(reader, filters, range);
  const rows = await merged(reader, filters, range);
  return { rows: rows.slice(0, limit), next: rows.length > limit ? rows[limit - 1]!.seq : undefined };
}

async function merged(
  reader: AuditReader,
  filters: AuditFilter[],
  range: { from: number; before: number; limit: number },
) {
  const found = new Map<number, AuditRow>();
  for (const filter of filters) for (const row of await reader.newest(filter, range)) found.set(row.seq, row);
  return [...found.values()].sort((a, b) => b.seq - a.seq).slice(0, range.limit);
}

/** Searches a few thousand rows per statement, and a few statements per page: the page may be short. */
async function searched(
  reader: AuditReader,
  filters: AuditFilter[],
  { from, before, limit }: { from: number; before: number; limit: number },
) {
  const rows: AuditRow[] = [];
  let top = before;
  for (let statement = 0; statement < SEARCH_STATEMENTS; statement++) {
    const last = await reader.lastBefore(top);
    if (last === undefined || last < from) return { rows, next: undefined };
    const low = Math.max(from, last + 1 - SEARCH_ROWS);
    const room = limit - rows.length;
    rows.push(...(await merged(reader, filters, { from: low, before: last + 1, limit: room })));
    if (rows.length >= limit) return { rows: rows.slice(0, limit - 1), next: rows[limit - 2]?.seq ?? top };
    top = low;
    await yieldToEventLoop();
  }
  return { rows, next: top };
}

/** The filters by which sent commands can be found without reading more of them than a page shows. */
function sentFilter(filter: AuditFilter): Parameters<SentReader>[0] | undefined {
  const {
    bot_id,
    team_id,
    user_id,
    action = "sendCommand",
    outcome = "done",
    target_type = "command",
    ...others
  } = filter;
  if (action !== "sendCommand" || outcome !== "done" || target_type !== "command") return undefined;
  if (Object.values(others).some((value) => value !== undefined)) return undefined;
  return { bot_id, team_id, user_id };
}

/** The commands that may be on the page, newest first. */
async function sentOf({ newestSent }: Deps, filter: AuditFilter, { before, limit }: Range): Promise<SentRow[]> {
  const wanted = limit === 0 ? undefined : sentFilter(filter);
  return wanted ? newestSent(wanted, { before, limit: limit + 1 }) : [];
}

const START = Number.MAX_SAFE_INTEGER;

export function createAuditList(deps: Deps) {
  return {
    /**
     * @throws AppError FORBIDDEN  the acts of somebody else
     * @throws AppError NOT_FOUND  no such bot, or not one that the caller manages
     */
    async list(actor: Actor, { limit, cursor, ...asked }: AuditQuery) {
      const user = asUser(actor);
      const filters = await filtersFor(deps, user, asked);
      const [before = START, beforeSent = START] = afterPair(cursor)?.map(Number) ?? [];
      const { rows, next } = await newestOf(deps.reader, filters, { before, limit });
      const sent = await sentOf(deps, filters[0]!, { before: beforeSent, limit });
      // Both lists are in their own order; the page takes the newer of their heads each time.
      const page: AuditEntry[] = [];
      let [recordsTaken, sentTaken] = [0, 0];
      const names = await deps.usernames(sent.flatMap(({ created_by }) => created_by ?? []));
      while (page.length < limit) {
        const [record, command] = [rows[recordsTaken], sent[sentTaken]];
        if (!record && (next !== undefined || !command)) break;
        if (record && (!command || record.at >= command.created_at)) {
          page.push(entryOf(record, seesOrigin(user, record.user_id)));
          recordsTaken++;
        } else {
          page.push(sentEntry(command!, user, names));
          sentTaken++;
        }
      }
      const isMore = next !== undefined || recordsTaken < rows.length || sentTaken < sent.length;
      const place = recordsTaken === rows.length && next !== undefined ? next : (rows[recordsTaken - 1]?.seq ?? before);
      const sentPlace = sent[sentTaken - 1]?.seq ?? beforeSent;
      return { entries: page, next_cursor: isMore ? dashed([place, sentPlace]) : null };
    },
  };
}
