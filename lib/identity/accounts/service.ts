/** Rules of signing up, in and out (000 Authentication APIs). */
import { AppError } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
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
};
type Deps = LoginDeps & SessionDeps & RegistrationDeps;

export function createSignInService(deps: Deps) {
  const sessions = createSessions(deps);
  return { ...sessions, ...createRegistration(deps), ...createLogin({ ...deps, start: sessions.start }) };
}

function createLogin(deps: LoginDeps & Pick<Sessions, "start">) {
  const { users, passwords, throttle, devices, start } = deps;
  return {
    /**
     * Signs in with a username or an email address. An unknown account costs the same work and gives the same answer as
     * a wrong password.
     *
     * @throws AppError UNAUTHORIZED  wrong, unknown or deactivated
     * @throws AppError RATE_LIMITED  too many failures: `retryAfter` seconds to wait
     */
    async login(input: { username: string; password: string }, client: Client): Promise<SignedIn> {
      const user = await users.findByLogin(input.username);
      const device = user ? devices.recognise(user, client.devices) : undefined;
      const account = user ? { user_id: user.id } : { name: input.username };
      const subject = { user_id: user?.id ?? null, username: user?.username ?? null, address: client.ip };
      const right = await throttle
        .guard({ account, ip: client.ip, device }, () => passwords.verify(user?.password_hash ?? null, input.password))
        .catch((error) => {
          if (error instanceof AppError && error.code === "RATE_LIMITED") logSecurity("sign_in_locked", subject);
          throw error;
        });
      if (!right || !user?.is_active) logSecurity("sign_in_failed", { ...subject, known_device: Boolean(device) });
      if (!right || !user) throw new AppError("UNAUTHORIZED", "Username or password is wrong");
      if (!user.is_active) throw new AppError("UNAUTHORIZED", "This account is deactivated: ask an admin");
      const signedIn = await start(user, client, "Login successful");
      return device ? signedIn : { ...signedIn, device: devices.issue(user) };
    },
  };
}
