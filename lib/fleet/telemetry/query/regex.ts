/** Regular expressions of queries. RE2 needs time in proportion to the text; JavaScript's own engine may never end. */
import type { RegexTerm } from "./parse";

/** An expression of this many steps or fewer needs at most 20 µs for a character. */
const REGEX_SIZE_MAX = 500;
/** The engine's numbers for the flags: `i` ignores case, `s` lets `.` match a line break, `m` lets `^` and `$` match at one. */
const FLAGS = { i: 1, s: 2, m: 4 } as const;
export type Expression = { source: string; flags: number; not: boolean };
export type Matcher = (text: string) => boolean;

export const expressionOf = ({ source, flags, not }: RegexTerm): Expression => ({
  source,
  flags: [...flags].reduce((sum, flag) => sum | FLAGS[flag as keyof typeof FLAGS], 0),
  not,
});

/** Loads the engine, which is large, and compiles an expression. Returns the text of a problem if that is not possible. */
export async function compileRegex({ source, flags }: Expression): Promise<Matcher | string> {
  const { RE2JS, RE2JSException } = await import("re2js");
  try {
    const compiled = RE2JS.compile(source, flags);
    if (compiled.programSize() > REGEX_SIZE_MAX)
      return "This expression is too large: use fewer or smaller repetitions";
    return (text) => compiled.test(text);
  } catch (error) {
    if (error instanceof RE2JSException) return `This expression cannot be read: ${reasonOf(error.message)}`;
    throw error;
  }
}

/** The engine's message without its opening, which is the same for each problem. */
const reasonOf = (message: string) => message.replace(/^error parsing regexp: /, "");
