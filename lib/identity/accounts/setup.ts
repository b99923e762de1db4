/**
 * The first users of a server (CONTRACT: credentials). No default password exists: the first admin comes from the
 * environment, or opens a one-time link that only whoever runs the server can read.
 *
 * The link's token is derived from a random nonce in the database with the server's own key, so a copy of the database
 * alone opens nothing, and processes that start together, or again, all name the same link.
 */
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import { Password, Username } from "./contract";
import { type Client, type SignedIn, type SignInService, takenAsInvalid } from "./service";
import type { VerificationService } from "./service.verification";
import type { Devices } from "./sign-in/devices";
import type { Passwords } from "./sign-in/passwords";
import { refuseWeak, weakness } from "./sign-in/strength";
import type { UserStore } from "./store";
import { type NewUser, Taken } from "./store.rows";

type Deps = {
  users: UserStore;
  passwords: Passwords;
  start: SignInService["start"];
  devices: Devices;
  verification: Pick<VerificationService, "welcome">;
  later: (work: () => Promise<void>) => void;
  now: Clock;
  newNonce: () => string;
  /** Signs with the server's key. */
  sign: (text: string) => string;
  same: (a: string, b: string) => boolean;
  linkFile: { write: (text: string) => Promise<void>; remove: () => Promise<void> };
  publicUrl: string;
  env: {
    API_ADMIN_USER?: string;
    API_ADMIN_PASS?: string;
    API_ADMIN_EMAIL?: string;
    /** `user:pass` each. */
    API_EXTRA_USERS: string[];
  };
  log: { info: (text: string) => void; warn: (text: string) => void };
};

/** A user of the environment cannot be made; says why, without the password. */
class CannotMake extends Error {}

export function createSetup(deps: Deps) {
  const { users, passwords, log } = deps;
  const tokenOf = (nonce: string) => `setup_${deps.sign(nonce)}`;

  /**
   * Makes a user of the environment unless there is one of that name. Never changes one that exists.
   *
   * @throws Error saying why the user cannot be made
   */
  async function ensure(source: string, name: string, password: string, more: Pick<NewUser, "email" | "role">) {
    const username = Username.safeParse(name);
    const refused = (why: string | undefined) =>
      new CannotMake(`${source}: user "${name}" cannot be made: ${why}. See .env.example.`);
    if (!username.success) throw refused(username.error.issues[0]?.message);
    const existing = await users.findByLogin(username.data);
    if (existing) {
      if (more.role === "admin" && (existing.role !== "admin" || !existing.is_active))
        log.warn(`${source} names ${name}, an account that is no active admin; it was left as it is`);
      return;
    }
    const length = Password.safeParse(password);
    const weak = length.success
      ? await weakness(password, { username: username.data, email: more.email })
      : length.error.issues[0]?.message;
    if (weak) throw refused(`its password ${length.success ? weak : `is refused: ${weak}`}`);
    const password_hash = await passwords.hash(password);
    const at = deps.now();
    // The operator configured this address, so it counts as verified.
    const user = { username: username.data, fullname: "", password_hash, created_at: at, email_verified: at, ...more };
    try {
      await users.insert(user);
      log.info(`Made the ${more.role} account ${name} from ${source}; its password there is not looked at again`);
    } catch (error) {
      if (!(error instanceof Taken)) throw error;
      // Another process starting at the same moment made it, unless somebody else holds the name or address.
      if (!(await users.findByLogin(username.data)))
        throw new CannotMake(`${source}: user "${name}" cannot be made: its ${error.field} belongs to another account`);
    }
  }

  async function fromEnvironment() {
    const { API_ADMIN_USER: name, API_ADMIN_PASS: password, API_ADMIN_EMAIL, API_EXTRA_USERS } = deps.env;
    // An address nobody can sign up with: it has no domain.
    if (name && password)
      await ensure("API_ADMIN_USER", name, password, {
        role: "admin",
        email: API_ADMIN_EMAIL?.toLowerCase() ?? `${name}@localhost`,
      });
    for (const entry of API_EXTRA_USERS) {
      const cut = entry.indexOf(":");
      if (cut < 1) {
        log.warn("API_EXTRA_USERS must read user:pass,user:pass; an entry without a colon was skipped");
        continue;
      }
      const extra = entry.slice(0, cut);
      // One bad entry keeps neither the server nor the others from starting.
      await ensure("API_EXTRA_USERS", extra, entry.slice(cut + 1), {
        role: "user",
        email: `${extra}@localhost`,
      }).catch((error) => {
        if (!(error instanceof CannotMake)) throw error;
        log.warn(error.message);
      });
    }
  }

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
      await fromEnvironment();
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
     * @throws AppError INVALID_INPUT  username or e-mail address is taken, or the password is easy to guess; the link stays good
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
      return { ...(await deps.start(user, client, "Setup complete")), device: deps.devices.issue(user) };
    },
  };
}
