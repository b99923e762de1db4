/** Filters of lists and exports: the caller's own filter, limited to the bots that the caller may see. */
import { type Actor, asUser, keyBots } from "@/lib/core/actor";
import { type Clock, instant } from "@/lib/core/clock";
import { invalid } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import { visibleBots } from "@/lib/identity/access";
import { FILTER_BOTS_MAX } from "./contract.constants";
import { type Divided, divide } from "./query/line";
import type { FieldTerm, Term } from "./query/parse";
import { type ReadQuery, readQuery } from "./query/read";
import { expressionOf } from "./query/regex";
import { clean } from "./rows";
import type { Filter, Rest } from "./search/match";
import { level } from "./search/tokenize";

export type FilterDeps = { bots: Pick<BotsRoom["bots"], "reach" | "deleting" | "hidden" | "list">; now: Clock };
type Query = {
  bot_id?: string;
  bot_ids?: string;
  search?: string;
  q?: string;
  after?: string;
  before?: string;
  level?: string;
  thread_id?: string;
};

/** A list of no bots: no bot has this id. */
const NO_BOTS = [""];
/** Matches texts that JSON writes without escapes, so that the database can look for them in stored metadata. */
const PLAIN = /^[a-z0-9 _.:-]+$/;

/**
 * Returns the filter that limits the actor's lists and exports. @throws NOT_FOUND when the actor may not see the bot
 */
async function scope({ bots }: FilterDeps, actor: Actor, botId: string | undefined): Promise<Filter> {
  if (botId !== undefined) {
    await bots.reach(actor, botId, "viewer");
    return { bot_id: botId };
  }
  if (actor.kind === "bot") return { bot_id: actor.bot_id };
  const visible = visibleBots(asUser(actor));
  const hidden = await (visible ? bots.hidden() : bots.deleting());
  const bot_ids = keyBots(actor);
  return {
    visible,
    // A key that is limited to tags may reach no bot at present.
    bot_ids: bot_ids?.length === 0 ? NO_BOTS : bot_ids,
    hidden_bots: hidden.length > 0 ? hidden : undefined,
  };
}

/** Returns the filter for a comma-separated list of bots. @throws AppError as scope; INVALID_INPUT too many bots */
async function scopeOfMany({ bots }: FilterDeps, actor: Actor, text: string): Promise<Filter> {
  const ids = [...new Set(text.split(",").filter(Boolean))];
  if (ids.length === 0 || ids.length > FILTER_BOTS_MAX)
    throw invalid("bot_ids", `must name 1 to ${FILTER_BOTS_MAX} bots`);
  for (const id of ids) await bots.reach(actor, id, "viewer");
  return { bot_ids: ids };
}

/** Limits a scope to the bots that a query names. */
function withBots(scoped: Filter, named: ReadQuery["bots"]): Filter {
  const asked = named.filter((bots) => !bots.not);
  if (asked.length === 0) return scoped;
  const known = scoped.bot_id === undefined ? scoped.bot_ids : [scoped.bot_id];
  const ids = asked[0]!.ids.filter(
    (id) => (known?.includes(id) ?? true) && asked.every((bots) => bots.ids.includes(id)),
  );
  const { visible, hidden_bots } = scoped;
  if (ids.length === 1) return { bot_id: ids[0], visible, hidden_bots };
  return { bot_ids: ids.length > 0 ? ids : NO_BOTS, visible, hidden_bots };
}

/** The parameters `level` and `search`, as terms of a query. */
function termsOf(query: Query): Term[] {
  const at = { not: false, from: 0, to: 0 };
  const levels = (query.level ?? "").split(",").map((name) => level(clean(name.trim())));
  const values = levels.filter(Boolean);
  return [
    ...(values.length > 0 ? [{ kind: "level" as const, values, ...at }] : []),
    ...(query.search === undefined ? [] : [{ kind: "words" as const, text: query.search, ...at }]),
  ];
}

/** Texts that the metadata of a row contains if it has the field: its name, and its value if that is written as it is. */
function textsOf({ key, comparison, values }: FieldTerm): string[] {
  const name = `"${key.split(".")[0]!.toLowerCase()}`;
  const [value] = values.map(({ text, isQuoted }) => (isQuoted ? text : text.replace(/\*$/, "")).toLowerCase());
  return comparison === "=" && values.length === 1 && PLAIN.test(value!) ? [name, value!] : [name];
}

/** Returns the tests that a query leaves; undefined when the index and the table's order find its rows alone. */
export function restOf({ isTested, test, fields, regexes }: Divided, named: ReadQuery["bots"]): Rest | undefined {
  const excluded = new Set(named.flatMap((bots) => (bots.not ? bots.ids : [])));
  if (!isTested && regexes.length === 0 && excluded.size === 0) return undefined;
  return {
    test: (line) => !excluded.has(line.bot_id) && test(line),
    metadata: fields.flatMap(textsOf),
    expressions: regexes.map(expressionOf),
  };
}

/** The narrowest range of time that the parameters and the terms leave. */
function timesOf(query: Query, terms: readonly Term[], now: number): Pick<Filter, "from" | "to"> {
  const all = (kind: "after" | "before") =>
    [query[kind], ...terms.flatMap((term) => (term.kind === kind ? [term.at] : []))].flatMap(
      (text) => instant(text, now) ?? [],
    );
  const [after, before] = [all("after"), all("before")];
  return {
    from: after.length > 0 ? Math.max(...after) : undefined,
    to: before.length > 0 ? Math.min(...before) : undefined,
  };
}

/**
 * Builds the filter of a query. @throws AppError NOT_FOUND a bot that the actor may not see; INVALID_INPUT too many
 * bots, or a query `q` with a problem
 */
export async function filterOf(deps: FilterDeps, actor: Actor, query: Query): Promise<Filter> {
  const at = deps.now();
  const scoped =
    query.bot_ids === undefined || query.bot_id !== undefined
      ? await scope(deps, actor, query.bot_id)
      : await scopeOfMany(deps, actor, query.bot_ids);
  const asked = await readQuery(deps, actor, query.q === undefined ? undefined : clean(query.q));
  const divided = divide([...termsOf(query), ...asked.terms]);
  return {
    ...withBots(scoped, asked.bots),
    levels: divided.levels,
    thread_id: query.thread_id === undefined ? undefined : clean(query.thread_id),
    search: divided.search,
    rest: restOf(divided, asked.bots),
    ...timesOf(query, asked.terms, at),
  };
}
