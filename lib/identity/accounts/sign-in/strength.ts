/** Refuses passwords that guessers try first: common ones, patterns, and what the account itself gives away. */
import { invalid } from "@/lib/core/errors";
import { MIN_SCORE, type Personal, scoreOf } from "@/lib/core/format/password-strength";

const TOO_EASY = "is too easy to guess; use a longer one, such as four random words";

/** Why the password is too weak for the account, as the end of a sentence; null when it is not. */
export const weakness = async (password: string, person: Personal): Promise<string | null> =>
  (await scoreOf(password, person)) < MIN_SCORE ? TOO_EASY : null;

/** @throws AppError INVALID_INPUT naming `field` when the password is too weak for the account */
export async function refuseWeak(password: string, field: string, person: Personal): Promise<void> {
  const problem = await weakness(password, person);
  if (problem) throw invalid(field, problem);
}
