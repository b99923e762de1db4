/** Refuses passwords that guessers try first: common ones, patterns, and what the account itself gives away. */
import { invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";

/** zxcvbn's scores run from 0 to 4; below this a password falls within a million guesses. */
const MIN_SCORE = 2;
/**
 * The number of characters that are checked: a password that is strong in those stays strong, and the cost of the
 * estimate grows faster than its length.
 */
const LOOKED_AT = 48;

/** How many letters and digits must remain without those that the account's data reveals. */
const MIN_OWN_LETTERS = 4;
const TOO_EASY = "is too easy to guess; use a longer one, such as four random words";

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

/** Why the password is too weak for the account, as the end of a sentence; null when it is not. */
export async function weakness(password: string, { username, email, fullname = "" }: Personal): Promise<string | null> {
  estimator ??= load();
  const [local = "", domain = ""] = email.split("@");
  const known = [username, email, local, domain, domain.split(".")[0], fullname, "muster"];
  const inputs = known.filter((text): text is string => Boolean(text && text.length >= 3));
  // The estimate does not recognise a name that is repeated with characters in between.
  const rest = inputs.reduce((text, known) => text.replaceAll(known.toLowerCase(), ""), password.toLowerCase());
  if (rest.replace(/[^\p{L}\p{N}]/gu, "").length < MIN_OWN_LETTERS) return TOO_EASY;
  const { score } = (await estimator).check(cutText(password.normalize("NFC"), LOOKED_AT, ""), inputs);
  return score < MIN_SCORE ? TOO_EASY : null;
}

/** @throws AppError INVALID_INPUT naming `field` when the password is too weak for the account */
export async function refuseWeak(password: string, field: string, person: Personal): Promise<void> {
  const problem = await weakness(password, person);
  if (problem) throw invalid(field, problem);
}
