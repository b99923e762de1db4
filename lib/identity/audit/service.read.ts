/** Shows the audit log: all of it to admins, a bot's acts to those who maintain it, and to everybody their own. */
import { type Actor, asUser, mayArea, type UserActor } from "@/lib/core/actor";
import { parseInstant } from "@/lib/core/contract.time";
import { AppError } from "@/lib/core/errors";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { afterPair, dashed } from "@/lib/core/pages";
import type { AuditEntry, AuditQuery } from "./contract";
import { entryOf, type SentRow, seesOrigin, sentEntry } from "./show";
import type { AuditFilter, AuditReader, AuditRow } from "./store.read";

/** The commands to look for. `since` and `until` are in epoch ms, and both are included. */
export type SentFilter = {
  bot_id?: string;
  team_id?: number;
  user_id?: number;
  /** One command. */
  id?: string;
  since?: number;
  until?: number;
};
export type SentReader = (filter: SentFilter, range: { before: number; limit: number }) => Promise<SentRow[]>;
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
/** Sent commands that one statement of a search reads. */
const SENT_ROWS = 1_000;

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

/** Returns the conditions that the store applies to sent commands; undefined where no command can match. */
function sentFilter(filter: AuditFilter): SentFilter | undefined {
  const { action = "sendCommand", outcome = "done", target_type = "command", target_id } = filter;
  if (action !== "sendCommand" || outcome !== "done" || target_type !== "command") return undefined;
  const { bot_id, team_id, user_id, since, until } = filter;
  return { bot_id, team_id, user_id, since, until, id: target_id };
}

/** Returns whether an entry is what a filter looks for beyond the store's conditions, in what its reader is shown. */
function fits({ by, request_id, action, target, from }: AuditEntry, filter: AuditFilter): boolean {
  if (filter.by !== undefined && by.kind !== filter.by) return false;
  if (filter.request_id !== undefined && request_id !== filter.request_id) return false;
  const q = filter.q?.toLowerCase();
  const shown = [action, by.name, target?.id, target?.name, from.address];
  return !q || shown.some((text) => text?.toLowerCase().includes(q));
}

type SentEntry = { seq: number; created_at: number; entry: AuditEntry };

/**
 * The commands that may be on the page, newest first. A filter that the store does not know is applied to some thousand
 * commands, so the page may be short. `next` is where the following page starts; undefined at the end.
 */
async function sentOf({ newestSent, usernames }: Deps, filter: AuditFilter, user: UserActor, { before, limit }: Range) {
  const sent: SentEntry[] = [];
  const wanted = limit === 0 ? undefined : sentFilter(filter);
  if (!wanted) return { sent, next: undefined };
  const isSearch = [filter.by, filter.request_id, filter.q].some((value) => value !== undefined);
  const asked = isSearch ? SENT_ROWS : limit + 1;
  let next = before;
  for (let statement = 0; statement < SEARCH_STATEMENTS; statement++) {
    const rows = await newestSent(wanted, { before: next, limit: asked });
    const names = await usernames(rows.flatMap(({ created_by }) => created_by ?? []));
    for (const row of rows) {
      const entry = sentEntry(row, user, names);
      if (fits(entry, filter)) sent.push({ seq: row.seq, created_at: row.created_at, entry });
    }
    if (rows.length < asked || sent.length > limit) return { sent, next: undefined };
    next = rows.at(-1)!.seq;
    await yieldToEventLoop();
  }
  return { sent, next };
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
      const { sent, next: nextSent } = await sentOf(deps, filters[0]!, user, { before: beforeSent, limit });
      // Both lists are in their own order; the page takes the newer of their heads each time, and ends where one of them was
      // not read further.
      const page: AuditEntry[] = [];
      let [recordsTaken, sentTaken] = [0, 0];
      while (page.length < limit) {
        const [record, command] = [rows[recordsTaken], sent[sentTaken]];
        if (!record && (next !== undefined || !command)) break;
        if (!command && nextSent !== undefined) break;
        if (record && (!command || record.at >= command.created_at)) {
          page.push(entryOf(record, seesOrigin(user, record.user_id)));
          recordsTaken++;
        } else {
          page.push(command!.entry);
          sentTaken++;
        }
      }
      const isMore = [next, nextSent].some((place) => place !== undefined);
      const isLeft = recordsTaken < rows.length || sentTaken < sent.length;
      const place = recordsTaken === rows.length && next !== undefined ? next : (rows[recordsTaken - 1]?.seq ?? before);
      const sentPlace =
        sentTaken === sent.length && nextSent !== undefined ? nextSent : (sent[sentTaken - 1]?.seq ?? beforeSent);
      return { entries: page, next_cursor: isMore || isLeft ? dashed([place, sentPlace]) : null };
    },
  };
}
