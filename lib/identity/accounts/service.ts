/** Rules of signing up, in and out (000 Authentication APIs). */
import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { login as Login } from "./contract";
import type { CodeCheck } from "./second-factor/service";
import { createRegistration, type RegistrationDeps } from "./service.registration";
import { type Client, createSessions, type SessionDeps, type Sessions, type SignedIn } from "./service.sessions";
import type { Devices } from "./sign-in/devices";
import type { Passwords } from "./sign-in/passwords";
import type { Throttle } from "./sign-in/throttle";
import type { UserStore } from "./store";

type LoginDeps = {
  users: Pick<UserStore, "findByLogin">;
  passwords: Pick<Passwords, "verify">;
  throttle: Pick<Throttle, "guard">;
  devices: Devices;
  check: CodeCheck["check"];
};
type Deps = LoginDeps & SessionDeps & RegistrationDeps;

export function createSignInService(deps: Deps) {
  const sessions = createSessions(deps);
  return { ...sessions, ...createRegistration(deps), ...createLogin({ ...deps, start: sessions.start }) };
}

const needsCode = () =>
  new AppError(
    "SECOND_FACTOR_REQUIRED",
    "This account has two-factor authentication: send a code of the authenticator app, or a recovery code, as otp",
    { field: "otp" },
  );

function createLogin(deps: LoginDeps & Pick<Sessions, "start">) {
  const { users, passwords, throttle, devices, check, start } = deps;
  return {
    /**
     * Signs in with a username or an email address. An unknown account costs the same work and gives the same answer as
     * a wrong password. Whether an account has a second factor is answered only to the right password.
     *
     * @throws AppError UNAUTHORIZED  wrong, unknown or deactivated
     * @throws AppError SECOND_FACTOR_REQUIRED  the account needs `otp` too
     * @throws AppError RATE_LIMITED  too many failures: `retryAfter` seconds to wait
     */
    async login(input: z.infer<typeof Login.body>, client: Client): Promise<SignedIn> {
      const user = await users.findByLogin(input.username);
      const device = user ? devices.recognise(user, client.devices) : undefined;
      const account = user ? { user_id: user.id } : { name: input.username };
      const subject = { user_id: user?.id ?? null, username: user?.username ?? null, address: client.ip };
      let code = "off" as Awaited<ReturnType<typeof check>>;
      const right = await throttle
        .guard({ account, ip: client.ip, device }, async () => {
          if (!(await passwords.verify(user?.password_hash ?? null, input.password))) return false;
          if (user?.is_active) code = await check(user.id, input.otp);
          // Throw within the guard: a right password alone must not reset the count of wrong codes.
          if (code === "missing") throw needsCode();
          return code !== "wrong";
        })
        .catch((error) => {
          if (error instanceof AppError && error.code === "RATE_LIMITED") logSecurity("sign_in_locked", subject);
          throw error;
        });
      if (!right || !user?.is_active)
        logSecurity("sign_in_failed", { ...subject, known_device: Boolean(device), code });
      if (!right && code === "wrong")
        throw new AppError("UNAUTHORIZED", "otp: is wrong, too old, or was used already", { field: "otp" });
      if (!right || !user) throw new AppError("UNAUTHORIZED", "Username or password is wrong");
      if (!user.is_active) throw new AppError("UNAUTHORIZED", "This account is deactivated: ask an admin");
      const signedIn = await start(user, client, "Login successful");
      return device ? signedIn : { ...signedIn, device: devices.issue(user) };
    },
  };
}
