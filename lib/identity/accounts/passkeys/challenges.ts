/**
 * Challenges for passkeys. A challenge is not stored: its ticket is signed, so that any process of the server can check it
 * and unanswered challenges cost nothing. Only the hash of an answered one is kept, until it expires.
 */
import type { Clock } from "@/lib/core/clock";
import type { PasskeyStore } from "./store";

const VALID_MS = 600_000;

/** A challenge serves one use, and only its holder, a browser or a session, may answer it. */
export type Purpose = { use: "sign-in" | "registration" | "step-up"; holder: string };

type Deps = {
  passkeys: Pick<PasskeyStore, "spend">;
  now: Clock;
  newChallenge: () => string;
  sign: (text: string) => string;
  same: (a: string, b: string) => boolean;
  hash: (text: string) => string;
};

export function createChallenges({ passkeys, now, newChallenge, sign, same, hash }: Deps) {
  const signature = ({ use, holder }: Purpose, challenge: string, expires: string) =>
    sign(`${use}:${challenge}:${expires}:${holder}`);
  return {
    issue(purpose: Purpose): { challenge: string; ticket: string } {
      const challenge = newChallenge();
      const expires = String(now() + VALID_MS);
      return { challenge, ticket: `${challenge}.${expires}.${signature(purpose, challenge, expires)}` };
    },

    /** Returns the challenge; undefined if it expired, or was issued for something or somebody else. */
    read(purpose: Purpose, ticket: string): string | undefined {
      const [challenge = "", expires = "", given = ""] = ticket.split(".");
      const isOurs = same(given, signature(purpose, challenge, expires));
      return isOurs && Number(expires) > now() ? challenge : undefined;
    },

    /** Marks a challenge as answered. @returns false when it was answered before, by this process or another */
    spend: (challenge: string): Promise<boolean> => passkeys.spend(hash(challenge), now() + VALID_MS),
  };
}

export type Challenges = ReturnType<typeof createChallenges>;
