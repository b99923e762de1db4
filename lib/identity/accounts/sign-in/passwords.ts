/**
 * Passwords: argon2id over Unicode's composed form (NFC), for keyboards differ in how they send an accent. Each hash takes tens of milliseconds and 19 MB in a worker thread; at most two run at once and few
 * wait, so a flood of sign-ins can neither take the thread pool from the rest of the server nor its memory.
 */
import { hash, verify } from "@node-rs/argon2";
import { createLine } from "@/lib/core/line";

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. Argon2id is the library's default algorithm. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = 2;
const MAX_WAITING = 64;

/** @param cost  what each new hash costs; the servers take the default, and tests pass a cheap one */
export function createPasswords(cost = COST) {
  const runInLine = createLine(AT_ONCE, MAX_WAITING);
  /** The hash that is checked when no account exists, so that the response takes equally long and reveals nothing. */
  let decoy: Promise<string> | undefined;

  return {
    /**
     * Hashes a password.
     * @throws AppError UNAVAILABLE when too many wait already
     */
    hash: (password: string): Promise<string> => runInLine(() => hash(password.normalize("NFC"), cost)),

    /**
     * Is it the password of this hash? With no hash the same work is done and the answer is no.
     *
     * @throws AppError UNAVAILABLE when too many wait already
     */
    async verify(stored: string | null, password: string): Promise<boolean> {
      decoy ??= hash("no account has this password", cost);
      const against = stored ?? (await decoy);
      const composed = password.normalize("NFC");
      let same = await runInLine(() => verify(against, composed));
      // Earlier versions stored passwords unnormalized, and some keyboards send letters and accents separately.
      if (!same && composed !== password) same = await runInLine(() => verify(against, password));
      return stored !== null && same;
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;
