/** Rules of signing up, in and out (000 Authentication APIs). */
import type { z } from "zod";
import type { Emit } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { login as Login } from "./contract";
import { type DirectoryAccounts, unreachable } from "./directory/service.sign-in";
import { type CodeCheck, wrongCode } from "./second-factor/service";
import { createRegistration, type RegistrationDeps } from "./service.registration";
import { type Client, createSessions, type SessionDeps, type Sessions, type SignedIn } from "./service.sessions";
import type { Devices } from "./sign-in/devices";
import type { Passwords } from "./sign-in/passwords";
import { noteProved, noteTried } from "./sign-in/record";
import type { Throttle } from "./sign-in/throttle";
import type { UserStore } from "./store";
import type { UserRecord } from "./store.rows";

type LoginDeps = {
  users: Pick<UserStore, "find" | "findByLogin">;
  passwords: Pick<Passwords, "verify">;
  throttle: Pick<Throttle, "guard">;
  devices: Devices;
  check: CodeCheck["check"];
  ways: CodeCheck["ways"];
  emit: Emit;
  /** Whether passwords of this server sign in. Those of a directory do so in any case. */
  acceptsPasswords: boolean;
  directory?: Pick<DirectoryAccounts, "name" | "isLinked" | "prove">;
};
type Proved = Awaited<ReturnType<DirectoryAccounts["prove"]>>;
type Deps = LoginDeps & SessionDeps & RegistrationDeps;

export function createSignInService(deps: Deps) {
  const sessions = createSessions(deps);
  return { ...sessions, ...createRegistration(deps), ...createLogin({ ...deps, start: sessions.start }) };
}

/** Checks the code of a sign-in whose password was right. @throws AppError SECOND_FACTOR_REQUIRED, UNAUTHORIZED */
async function proveCode(
  { throttle, check, ways, emit }: Pick<LoginDeps, "throttle" | "check" | "ways" | "emit">,
  userId: number,
  otp: string | undefined,
  subject: object,
): Promise<void> {
  if (otp === undefined) {
    if ((await check(userId, undefined)) === "off") return;
    const open = await ways(userId);
    throw new AppError(
      "SECOND_FACTOR_REQUIRED",
      open.includes("authenticator")
        ? "This account has two-factor authentication: send a code of the authenticator app, or a recovery code, as otp"
        : "This account has a passkey: sign in with it, or send a recovery code as otp",
      { field: "otp", ways: open },
    );
  }
  if (await throttle.guard({ code: userId }, async () => (await check(userId, otp)) !== "wrong")) return;
  logSecurity("sign_in_failed", { ...subject, code: "wrong" });
  emit("account.secured", { user_id: userId, change: "wrong_code", name: "" });
  throw wrongCode();
}

/**
 * Creates the check of a password, which costs the same for every name. A right one of this server is never sent to the
 * directory, and an account that is linked to the directory has no other password than the one there.
 */
function createPasswordCheck({ passwords, directory }: Pick<LoginDeps, "passwords" | "directory">) {
  return async (user: UserRecord | null, typed: z.infer<typeof Login.body>, hasOwn: boolean): Promise<Proved> => {
    const isOwn = hasOwn && user !== null && !(await directory?.isLinked(user.id));
    if (await passwords.verify(isOwn ? user.password_hash : null, typed.password)) return { user: user! };
    return directory?.prove(user, typed).catch((error) => ({ refusal: unreachable(error, directory.name) }));
  };
}

function createLogin(deps: LoginDeps & Pick<Sessions, "start">) {
  const { users, throttle, devices, start, acceptsPasswords, directory } = deps;
  const checkPassword = createPasswordCheck(deps);

  /** Proves an account by its password and code. @throws AppError as `login` does */
  async function prove(input: z.infer<typeof Login.body>, client: Client, hasOwn = true): Promise<UserRecord> {
    const named = await users.findByLogin(input.username);
    if (named) noteTried(named);
    const device = named ? devices.recognise(named, client.devices) : undefined;
    const account = named ? { user_id: named.id } : { name: input.username };
    const subject = { user_id: named?.id ?? null, username: named?.username ?? null, address: client.ip };
    const noteLock = (error: unknown) => {
      if (error instanceof AppError && error.code === "RATE_LIMITED") logSecurity("sign_in_locked", subject);
      throw error;
    };
    let proved = undefined as Proved;
    await throttle
      .guard({ account, ip: client.ip, device }, async () => {
        proved = await checkPassword(named, input, hasOwn);
        // A password that could not be checked counts as wrong: an outage must not allow more guesses.
        return proved !== undefined && !("refusal" in proved && proved.refusal.code === "UNAVAILABLE");
      })
      .catch(noteLock);
    const { user, refusal } = { user: undefined, refusal: undefined, ...proved };
    if (!user?.is_active) logSecurity("sign_in_failed", { ...subject, known_device: Boolean(device) });
    if (refusal) throw refusal;
    if (!user) throw new AppError("UNAUTHORIZED", "Username or password is wrong");
    if (!user.is_active) throw new AppError("UNAUTHORIZED", "This account is deactivated: ask an admin");
    await proveCode(deps, user.id, input.otp, subject).catch(noteLock);
    // A sign-in by the directory has noted an account that it found by itself, or made.
    if (user.id === named?.id) noteProved(user);
    return user;
  }

  const begin = (user: UserRecord, client: Client): Promise<SignedIn> => start(user, client, "Login successful");

  return {
    /**
     * Signs in with a username or an email address. An unknown account costs the same work and gives the same answer as
     * a wrong password. Whether an account has a second factor is answered only to the right password.
     *
     * @throws AppError UNAUTHORIZED  wrong, unknown or deactivated
     * @throws AppError SECOND_FACTOR_REQUIRED  the account needs `otp` too
     * @throws AppError RATE_LIMITED  too many failures: `retryAfter` seconds to wait
     * @throws AppError FORBIDDEN, CONFLICT  the directory knows the person, who has no account here (`details.ticket` links
     *   one, by POST /api/auth/sso/join); UNAVAILABLE  the directory cannot be reached
     */
    login: async (input: z.infer<typeof Login.body>, client: Client): Promise<SignedIn> =>
      begin(await prove(input, client, acceptsPasswords || !directory), client),
    /**
     * Signs in to an account that was proved by other means; its second factor counts as always.
     *
     * @param spend uses the proof up, once the code was right; false when it was used before
     * @returns undefined when the proof was used, or the account is deactivated
     * @throws AppError SECOND_FACTOR_REQUIRED, UNAUTHORIZED, RATE_LIMITED  the code is missing or wrong
     */
    async enter(
      userId: number,
      otp: string | undefined,
      client: Client,
      spend: () => Promise<boolean>,
    ): Promise<SignedIn | undefined> {
      const user = await users.find(userId);
      if (user) noteTried(user);
      if (!user?.is_active) return undefined;
      await proveCode(deps, user.id, otp, { user_id: user.id, username: user.username, address: client.ip });
      if (!(await spend())) return undefined;
      noteProved(user);
      return start(user, client, "Login successful");
    },
    /** Returns the active account of that name. */
    async activeUser(username: string): Promise<UserRecord | undefined> {
      const user = await users.findByLogin(username);
      return user?.is_active ? user : undefined;
    },
    /** Proves an account by its password and code, before the caller begins its session. */
    prove,
    begin,
  };
}
