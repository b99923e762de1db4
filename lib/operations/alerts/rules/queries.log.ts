/** The queries that rules can count by. Browser-safe. */
import { type Problem, parseQuery, type Term } from "@/lib/fleet/telemetry/queries.search";

/** How to say otherwise what a rule cannot count by. */
const FIXES: Partial<Record<Term["kind"], string>> = {
  after: "a rule counts within its own time window: leave this out",
  before: "a rule counts within its own time window: leave this out",
  bot: "choose the bots in the rule itself (scope and bot_ids): leave this out",
  regex: 'a rule cannot test expressions on every line: use words, a "phrase" or a field of the metadata',
};

/**
 * Returns the first problem of a rule's query: a part that cannot be read, or a term that rules cannot count by. Undefined when
 * it has none.
 */
export function logQueryProblem(text: string): Problem | undefined {
  const { terms, problems } = parseQuery(text);
  if (problems[0]) return problems[0];
  const refused = terms.find(({ kind }) => FIXES[kind] !== undefined);
  if (refused) return { from: refused.from, to: refused.to, message: FIXES[refused.kind]! };
  if (terms.length > 0) return undefined;
  return { from: 0, to: 0, message: 'needs a term, such as level:error or "connection lost"' };
}

/** Writes a problem with its term, for people and programs: `after:1h: a rule counts within its own time window…`. */
export const problemSentence = (text: string, { from, to, message }: Problem): string =>
  to > from ? `"${text.slice(from, to)}": ${message}` : message;
