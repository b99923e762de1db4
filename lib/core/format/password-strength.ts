/**
 * How hard a password is to guess, in the browser while somebody types and on the server when it is set. Browser-safe; the
 * word lists are loaded with the first password.
 */
import { cutText } from "./text";

/** zxcvbn's scores run from 0 to 4; below this a password falls within a million guesses, and is refused. */
export const MIN_SCORE = 2;
/**
 * The number of characters that are checked: a password that is strong in those stays strong, and the cost of the
 * estimate grows faster than its length.
 */
const LOOKED_AT = 48;

/** How many letters and digits must remain without those that the account's data reveals. */
const MIN_OWN_LETTERS = 4;

type Estimator = { check(password: string, userInputs?: string[]): { score: number } };
let estimator: Promise<Estimator> | undefined;

// The word lists have 4 MB, so load them with the first password that is set, not at start.
const load = async (): Promise<Estimator> => {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: LOOKED_AT });
};

export type Personal = { username: string; email: string; fullname?: string };

/** Returns a score from 0 to 4. What the account itself gives away counts for nothing. */
export async function scoreOf(password: string, { username, email, fullname = "" }: Personal): Promise<number> {
  estimator ??= load();
  const [local = "", domain = ""] = email.split("@");
  const known = [username, email, local, domain, domain.split(".")[0], fullname, "muster"];
  const inputs = known.filter((text): text is string => Boolean(text && text.length >= 3));
  // The estimate does not recognise a name that is repeated with characters in between.
  const rest = inputs.reduce((text, known) => text.replaceAll(known.toLowerCase(), ""), password.toLowerCase());
  if (rest.replace(/[^\p{L}\p{N}]/gu, "").length < MIN_OWN_LETTERS) return 0;
  return (await estimator).check(cutText(password.normalize("NFC"), LOOKED_AT, ""), inputs).score;
}
