/** How `npm test` names a reason: the end of a long log is often all that is kept of it. */
import { stripVTControlCharacters } from "node:util";

const REASON_LENGTH = 300;

/** Returns the first line of a message without colours, cut. */
export const reasonOf = (message) => stripVTControlCharacters(message).split("\n")[0].slice(0, REASON_LENGTH);
