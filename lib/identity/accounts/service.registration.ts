/** Rules of signing up (000 Authentication APIs: Register User). */
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { PublicUser } from "./contract";
import type { Passwords } from "./sign-in/passwords";
import { refuseWeak } from "./sign-in/strength";
import type { UserStore } from "./store";
import { Taken, toPublicUser } from "./store.rows";
import type { VerificationService } from "./verification/service";

/**
 * `verified`: an account is created once its address is verified. `unclaimed`: nobody can sign up before there is an
 * admin.
 */
export type SignupMode = "open" | "verified" | "closed" | "unclaimed";

const SHUT = {
  closed:
    "Sign-up is closed here: ask the admin for an account (OPEN_SIGNUP=true opens it, API_EXTRA_USERS adds people)",
  unclaimed:
    "This server has no admin yet: open the setup link from its log or from setup-link.txt in its data folder first",
};

export type RegistrationDeps = {
  users: Pick<UserStore, "findByLogin" | "insert">;
  passwords: Pick<Passwords, "hash">;
  now: Clock;
  signup: () => Promise<SignupMode>;
  verification: Pick<VerificationService, "welcome" | "begin">;
  /** Runs work after the answer; failures are logged there. */
  later: (work: () => Promise<void>) => void;
};
type Input = { username: string; email: string; password: string; fullname?: string };

/** Converts a taken name or address to an error of its field. Other errors pass unchanged. */
export const takenAsInvalid = (error: unknown): unknown =>
  error instanceof Taken
    ? invalid(error.field, error.field === "email" ? "this email address has an account already" : "is taken")
    : error;

export function createRegistration({ users, passwords, now, signup, verification, later }: RegistrationDeps) {
  return {
    /**
     * Makes a plain user's account; never an admin's, not even the first.
     *
     * @throws AppError FORBIDDEN      sign-up is closed, or the server has no admin yet
     * @throws AppError INVALID_INPUT  username or email address is taken, or the password is easy to guess
     */
    async register(input: Input): Promise<{ user?: PublicUser; isPending: boolean }> {
      const mode = await signup();
      if (mode === "closed" || mode === "unclaimed") throw new AppError("FORBIDDEN", SHUT[mode]);
      const { username, email, password, fullname = "" } = input;
      await refuseWeak(password, "password", { username, email, fullname });
      if (mode === "verified" && (await users.findByLogin(username))) throw invalid("username", "is taken");
      const account = { username, email, fullname, password_hash: await passwords.hash(password) };
      if (mode === "verified") {
        // Begin after the answer is sent: its duration would otherwise reveal whether the address has an account.
        later(() => verification.begin(account));
        return { isPending: true };
      }
      const user = await users.insert({ ...account, role: "user", created_at: now() }).catch((error) => {
        throw takenAsInvalid(error);
      });
      logSecurity("account_registered", { user_id: user.id, username: user.username });
      later(() => verification.welcome(user));
      return { user: toPublicUser(user), isPending: false };
    },
  };
}
