/**
 * The first users of a server (CONTRACT: credentials). No default password exists: the first admin comes from the
 * environment, or opens a one-time link that only whoever runs the server can read.
 *
 * The link's token is derived from a random nonce in the database with the server's own key, so a copy of the database
 * alone opens nothing, and processes that start together, or again, all name the same link.
 */
import { AppError } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import { takenAsInvalid } from "@/lib/identity/accounts/service.registration";
import type { Client, Sessions, SignedIn } from "@/lib/identity/accounts/service.sessions";
import type { Devices } from "@/lib/identity/accounts/sign-in/devices";
import { refuseWeak } from "@/lib/identity/accounts/sign-in/strength";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { VerificationService } from "@/lib/identity/accounts/verification/service";
import { type EnvironmentDeps, makeUsersOfEnvironment } from "./environment";

type Deps = EnvironmentDeps & {
  users: UserStore;
  start: Sessions["start"];
  devices: Pick<Devices, "issue">;
  verification: Pick<VerificationService, "welcome">;
  later: (work: () => Promise<void>) => void;
  newNonce: () => string;
  /** Signs with the server's key. */
  sign: (text: string) => string;
  same: (a: string, b: string) => boolean;
  linkFile: { write: (text: string) => Promise<void>; remove: () => Promise<void> };
  publicUrl: string;
};

export function createSetup(deps: Deps) {
  const { users, passwords, log } = deps;
  const tokenOf = (nonce: string) => `setup_${deps.sign(nonce)}`;

  return {
    /**
     * Makes the users the environment names. While nobody is admin, writes the setup link to its file and returns it.
     *
     * @throws Error when the environment names a user that cannot be made
     */
    async bootstrap(): Promise<{ setupLink?: string }> {
      const extras = deps.env.API_EXTRA_USERS.map((entry) => entry.split(":", 1)[0]!);
      if (await users.isSetUp(deps.env.API_ADMIN_USER, extras)) {
        await deps.linkFile.remove();
        return {};
      }
      await makeUsersOfEnvironment(deps);
      if (await users.oldestAdmin()) {
        await users.dropSetupNonce();
        await deps.linkFile.remove();
        return {};
      }
      const token = tokenOf(await users.setupNonce(deps.newNonce));
      const setupLink = `${deps.publicUrl}/setup?token=${token}`;
      await deps.linkFile.write(`${setupLink}\n`);
      return { setupLink };
    },

    /**
     * Makes the first admin with the setup link's token, and signs it in. Of two claims one wins.
     *
     * @throws AppError FORBIDDEN      the token is wrong or spent
     * @throws AppError INVALID_INPUT  username or email address is taken, or the password is easy to guess; the link stays good
     */
    async claim(
      input: { token: string; username: string; email: string; password: string },
      client: Client,
    ): Promise<SignedIn> {
      const refused = () =>
        new AppError(
          "FORBIDDEN",
          "This setup link is not valid: it was already used, or this server already has an admin",
        );
      const nonce = await users.currentSetupNonce();
      if (nonce === null || !deps.same(input.token, tokenOf(nonce))) throw refused();
      const { username, email } = input;
      await refuseWeak(input.password, "password", { username, email });
      const password_hash = await passwords.hash(input.password);
      const user = await users
        .claim(nonce, { username, email, password_hash, fullname: "", role: "admin", created_at: deps.now() })
        .catch((error) => {
          throw takenAsInvalid(error);
        });
      if (!user) throw refused();
      deps.later(() => deps.verification.welcome(user));
      await deps.linkFile.remove();
      log.info(`${username} claimed this server and is its admin`);
      logSecurity("server_claimed", { user_id: user.id, username: user.username, address: client.ip });
      return deps.start(user, client, "Setup complete");
    },
  };
}
