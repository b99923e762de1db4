/** Reads the query of a request: checks it, finds the bots it names, and divides it by what can find its rows. */
import type { Actor } from "@/lib/core/actor";
import { invalid } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import { FILTER_BOTS_MAX } from "../contract.constants";
import { botsNamed } from "./bots";
import { type Problem, parseQuery, problemText, type Term } from "./parse";
import { compileRegex, expressionOf } from "./regex";

export type ReadQueryDeps = { bots: Pick<BotsRoom["bots"], "list"> };
type BotTerm = Extract<Term, { kind: "bot" }>;

/** The refusal of a query, with the place of the first problem. */
const refusal = (text: string, problem: Problem) => invalid("q", problemText(text, problem));

/** Checks that a query names no more bots than a filter may have: each name is looked up. @throws INVALID_INPUT */
function demandFewNames(text: string, terms: readonly Term[]): void {
  const named = terms.filter((term) => term.kind === "bot");
  const names = new Set(named.flatMap((term) => term.values));
  if (names.size <= FILTER_BOTS_MAX) return;
  const message = `the query names ${names.size} bots; at most ${FILTER_BOTS_MAX} can be chosen`;
  throw refusal(text, { ...named.at(-1)!, message });
}

/** Finds the ids of the bots that a term names, among those that the actor may see. @throws INVALID_INPUT */
async function botIdsOf({ bots }: ReadQueryDeps, actor: Actor, text: string, term: BotTerm): Promise<string[]> {
  if (actor.kind === "bot")
    throw refusal(text, { ...term, message: "A bot sees only its own logs, so it cannot choose among bots" });
  const ids: string[] = [];
  for (const name of new Set(term.values)) {
    const found = await bots.list(actor, { scope: "visible", search: name, sort: "name", limit: FILTER_BOTS_MAX });
    const named = botsNamed(name, found);
    if (typeof named === "string") throw refusal(text, { ...term, message: named });
    ids.push(...named.map(({ id }) => id));
  }
  if (ids.length > FILTER_BOTS_MAX)
    throw refusal(text, { ...term, message: `matches ${ids.length} bots; at most ${FILTER_BOTS_MAX} can be chosen` });
  return [...new Set(ids)];
}

/** A query that has no problems: its terms, and the bots that its bot terms name. */
export type ReadQuery = { terms: Term[]; bots: { ids: string[]; not: boolean }[] };

/** @throws AppError INVALID_INPUT names the place of the problem, and how to write it */
export async function readQuery(deps: ReadQueryDeps, actor: Actor, text: string | undefined): Promise<ReadQuery> {
  if (text === undefined) return { terms: [], bots: [] };
  const { terms, problems } = parseQuery(text);
  if (problems[0]) throw refusal(text, problems[0]);
  demandFewNames(text, terms);
  const bots: ReadQuery["bots"] = [];
  for (const term of terms) {
    if (term.kind === "bot") bots.push({ ids: await botIdsOf(deps, actor, text, term), not: term.not });
    if (term.kind !== "regex") continue;
    const compiled = await compileRegex(expressionOf(term));
    if (typeof compiled === "string") throw refusal(text, { ...term, message: compiled });
  }
  return { terms, bots };
}
