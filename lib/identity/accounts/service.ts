/** Rules of signing up, in and out (000 Authentication APIs). */
import type { z } from "zod";
import type { Emit } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { login as Login } from "./contract";
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
};
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

function createLogin(deps: LoginDeps & Pick<Sessions, "start">) {
  const { users, passwords, throttle, devices, start } = deps;

  /** Proves an account by its password and code. @throws AppError as `login` does */
  async function prove(input: z.infer<typeof Login.body>, client: Client): Promise<UserRecord> {
    const user = await users.findByLogin(input.username);
    if (user) noteTried(user);
    const device = user ? devices.recognise(user, client.devices) : undefined;
    const account = user ? { user_id: user.id } : { name: input.username };
    const subject = { user_id: user?.id ?? null, username: user?.username ?? null, address: client.ip };
    const noteLock = (error: unknown) => {
      if (error instanceof AppError && error.code === "RATE_LIMITED") logSecurity("sign_in_locked", subject);
      throw error;
    };
    const right = await throttle
      .guard({ account, ip: client.ip, device }, () => passwords.verify(user?.password_hash ?? null, input.password))
      .catch(noteLock);
    if (!right || !user?.is_active) logSecurity("sign_in_failed", { ...subject, known_device: Boolean(device) });
    if (!right || !user) throw new AppError("UNAUTHORIZED", "Username or password is wrong");
    if (!user.is_active) throw new AppError("UNAUTHORIZED", "This account is deactivated: ask an admin");
    await proveCode(deps, user.id, input.otp, subject).catch(noteLock);
    noteProved(user);
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
     */
    login: async (input: z.infer<typeof Login.body>, client: Client): Promise<SignedIn> =>
      begin(await prove(input, client), client),
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
