/** The rules of searches and queries, which pages apply to live logs and messages as the server does to stored ones. */
export { botsNamed, type FoundBots } from "./query/bots";
export { lineTest, Subject as ReadLine, valuesOf } from "./query/line";
export { type Problem, parseQuery, quotedValue, type Term } from "./query/parse";
export { compileRegex, expressionOf, type Matcher } from "./query/regex";
export { level, typedSearch } from "./search/tokenize";
