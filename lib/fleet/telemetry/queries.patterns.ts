/** Offers the patterns of lines to pages without the query language, which is much larger. */
export { patternOf, phraseOf } from "./query/pattern";
