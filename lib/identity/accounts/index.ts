/** Accounts: services and stores wired together, one of each per process. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { logSecurity } from "@/lib/core/log/security-log";
import type { MailRoom } from "@/lib/core/mail";
import { hashToken, newToken, sameSecret, seal, sign, unseal } from "@/lib/core/secrets";
import { createAccessService } from "./credentials/service";
import { createAccessStore } from "./credentials/store";
import { createLinkService } from "./links/service";
import { createLinkStore } from "./links/store";
import { createPasswordService } from "./passwords/service";
import { createCodeCheck, createSecondFactor } from "./second-factor/service";
import { createFinish, createTickets } from "./second-factor/service.sign-in";
import { createSecondFactorStore } from "./second-factor/store";
import { createSignInService } from "./service";
import type { SignupMode } from "./service.registration";
import { createUserService } from "./service.users";
import { createSetup } from "./setup/setup";
import { createDevices } from "./sign-in/devices";
import { createPasswords } from "./sign-in/passwords";
import { createIdentity, KEY_PREFIX } from "./sign-in/service.identity";
import { createThrottleStore } from "./sign-in/store.throttle";
import { createThrottle } from "./sign-in/throttle";
import { createUserStore } from "./store";
import { createVerificationService } from "./verification/service";
import { createVerificationStore } from "./verification/store";

export {
  carryEnded,
  endSessions,
  keepSession,
  withdrawKeys,
  withdrawLinks,
} from "./carryover/store.credentials";
export { type PresentAccounts, readAccounts } from "./carryover/store.present";
export { keepSecondFactors } from "./carryover/store.second-factor";
export { keepAdmins, withdrawUsers } from "./carryover/store.users";
export {
  activeAddress,
  activeUsers,
  countUsers,
  hasErasedTickets,
  isActiveAdmin,
  isVerifiedAddress,
  keepUser,
  remainingUserIds,
  userCards,
  userIds,
  userNames,
  userRoles,
} from "./joins";

/** The first sweep waits, because expired rows are harmless and waiting bots should be served first. */
const FIRST_SWEEP_MS = 30_000;
const SWEEP_MS = 3_600_000;
const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");
const setupFile = join(env.DATA_DIR, "setup-link.txt");
const linkFile = {
  async write(text: string) {
    await mkdir(dirname(setupFile), { recursive: true, mode: 0o700 });
    // Remove the file first, because overwriting one would keep its old permissions.
    await rm(setupFile, { force: true });
    await writeFile(setupFile, text, { mode: 0o600 });
  },
  remove: () => rm(setupFile, { force: true }),
};

type Deps = Pick<MailRoom, "mail"> & { bots: Parameters<typeof createUserService>[0]["bots"] };

/** Builds the room. Call once per process. */
export function createAccounts({ mail, bots }: Deps) {
  const users = createUserStore();
  const access = createAccessStore();
  const { passwords, throttle, devices } = createGuards();
  const onError = (error: unknown) => logger.warn({ err: error }, "accounts: a background chore failed");
  const later = (work: () => Promise<void>) => void setImmediate(() => void work().catch(onError));
  const common = { users, access, passwords, throttle, devices, emit, now, newId, hash: hashToken, publicUrl };

  const identity = createIdentity({
    ...common,
    secrets: { hash: hashToken, same: sameSecret },
    envToken: env.API_TOKEN,
    onError,
  });
  const letters = { sendMail: mail.enqueue, sendsMail: () => mail.status().mode === "smtp" };
  const verifications = createVerificationStore();
  const verification = createVerificationService({
    ...{ ...common, ...letters, verifications },
    newToken: () => newToken("mv"),
  });
  const { factors, codes, tickets } = createCodes();
  const { isClaimed, signup } = createSignupMode(users);
  const { start, ...signIn } = createSignInService({
    ...{ ...common, ...codes, signup, verification, later },
    newToken: () => newToken("ms"),
  });
  const links = createLinkStore();
  const password = createPasswordService({
    ...{ ...common, ...letters, links, later },
    newToken: () => newToken("mr"),
  });
  const provider = createLinkService({
    ...{ ...common, ...codes, links, start, signup, tickets },
    warn: (text) => logger.warn(text),
  });
  const secondFactor = {
    ...createSecondFactor({ ...common, ...codes, ...sealing, factors, links, confirm: password.confirm }),
    ...createFinish({ ...common, ...codes, tickets, start }),
  };
  const user = createUserService({ users, links, confirm: password.confirm, forget: identity.forget, bots, emit, now });
  const own = createAccessService({ ...common, newKey: () => newToken(KEY_PREFIX) });
  const setup = createSetup({ ...common, ...setupTools, start, verification, later });
  bus.on("access.revoked", (fact) => identity.forget(fact));

  const sweep = sweepJob({ access, verifications, throttle });
  const accounts = {
    bySessionToken: identity.bySessionToken,
    byBearer: identity.byBearer,
    ...signIn,
    changePassword: password.change,
    forgotPassword: password.forgot,
    resetPassword: password.reset,
    ...user,
    ...own,
    ...provider,
    ...secondFactor,
    claimSetup: setup.claim,
    /** Returns whether the server has an admin. */
    isClaimed,
    /** Returns the current sign-up mode. */
    signup,
    verifyEmail: verification.verify,
    resendVerification: verification.resend,
    emailState: verification.state,
    /** Returns usernames by id, for readers who may see what those users own. */
    usernames: users.usernames,
    /** Makes the first users. Call once at start, with the database open. */
    bootstrap: setup.bootstrap,
    /** The sweep of expired rows, as a service of its own. */
    jobs: background([sweep]),
  };
  return { accounts };
}

export type AccountsRoom = ReturnType<typeof createAccounts>;

const setupTools = {
  newNonce: () => newToken("nonce"),
  sign: (text: string) => sign("setup", text),
  same: sameSecret,
  linkFile,
  env,
  log: { info: (text: string) => logger.info(text), warn: (text: string) => logger.warn(text) },
};

const sealing = { seal, unseal, sign: (text: string) => sign("second-factor", text) };

/** Creates what checks one-time codes, and the tickets of sign-ins that wait for one. */
function createCodes() {
  const factors = createSecondFactorStore();
  const tickets = createTickets({ now, same: sameSecret, sign: sealing.sign });
  return { factors, tickets, codes: createCodeCheck({ ...sealing, factors, emit, now }) };
}

/** Creates the password checker, the failure counter and the device store. */
function createGuards() {
  const passwords = createPasswords();
  const throttle = createThrottle({
    ...{ store: createThrottleStore(), now, hash: hashToken },
    sleep: (ms) => sleep(ms),
    onLocked: (kind, failures) => logSecurity("sign_in_locked", { counted_by: kind, failures }),
  });
  const devices = createDevices({
    sign: (text) => sign("device", text),
    same: sameSecret,
    newNonce: () => newToken("md"),
  });
  return { passwords, throttle, devices };
}

/** Builds what says who may create an account. */
function createSignupMode(users: Pick<ReturnType<typeof createUserStore>, "isClaimed">) {
  let hasAdmin = false;
  /** Cache only a positive answer: the last admin cannot be removed, so the server keeps having one. */
  const isClaimed = async () => {
    hasAdmin ||= await users.isClaimed();
    return hasAdmin;
  };
  async function signup(): Promise<SignupMode> {
    if (!(await isClaimed())) return "unclaimed";
    if (!env.OPEN_SIGNUP) return "closed";
    return env.OPEN_SIGNUP === "verified" ? "verified" : "open";
  }
  return { isClaimed, signup };
}

type Sweepable = {
  access: Pick<ReturnType<typeof createAccessStore>, "sweep">;
  verifications: Pick<ReturnType<typeof createVerificationStore>, "sweep">;
  throttle: Pick<ReturnType<typeof createThrottle>, "sweep">;
};

/** Schedules the removal of sessions, links and locks that expired. */
const sweepJob = ({ access, verifications, throttle }: Sweepable) =>
  jobs.every({
    ...{ name: "accounts.sweep", interval: SWEEP_MS, first: FIRST_SWEEP_MS, isLed: true },
    async run() {
      await access.sweep(now());
      await verifications.sweep(now());
      await throttle.sweep();
    },
  });

/** next-auth's options; loaded on demand because only its own route needs the package. */
export const authOptions = async () => (await import("./sign-in/next-auth")).authOptions();
