/** The rules of searches, which pages apply to live logs and messages as the server does to stored ones. */
export { matches, parseSearch, typedSearch } from "./search/tokenize";
