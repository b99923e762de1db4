/** The accounts room on a real, empty database, with a clock that tests move and mail that stays here. */
import type { UserActor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { connect, disconnect, disconnectPrisma } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import type { Mail } from "@/lib/core/mail";
import { hashToken, newToken, sameSecret, seal, sign, unseal } from "@/lib/core/secrets";
import { createAccessService } from "@/lib/identity/accounts/credentials/service";
import { createAccessStore } from "@/lib/identity/accounts/credentials/store";
import { createLinkService } from "@/lib/identity/accounts/links/service";
import { createLinkStore } from "@/lib/identity/accounts/links/store";
import { createPasswordService } from "@/lib/identity/accounts/passwords/service";
import { createCodeCheck, createSecondFactor } from "@/lib/identity/accounts/second-factor/service";
import { createFinish, createTickets } from "@/lib/identity/accounts/second-factor/service.sign-in";
import { createSecondFactorStore } from "@/lib/identity/accounts/second-factor/store";
import { createSignInService } from "@/lib/identity/accounts/service";
import type { SignupMode } from "@/lib/identity/accounts/service.registration";
import type { SignedIn } from "@/lib/identity/accounts/service.sessions";
import { createUserService } from "@/lib/identity/accounts/service.users";
import { createSetup } from "@/lib/identity/accounts/setup/setup";
import { createDevices } from "@/lib/identity/accounts/sign-in/devices";
import { createPasswords } from "@/lib/identity/accounts/sign-in/passwords";
import { createIdentity } from "@/lib/identity/accounts/sign-in/service.identity";
import { createThrottleStore } from "@/lib/identity/accounts/sign-in/store.throttle";
import { createThrottle } from "@/lib/identity/accounts/sign-in/throttle";
import { createUserStore } from "@/lib/identity/accounts/store";
import { createVerificationService } from "@/lib/identity/accounts/verification/service";
import { createVerificationStore } from "@/lib/identity/accounts/verification/store";
import type { databases, TestDatabase } from "./db/databases";

export const CLIENT = { ip: "192.0.2.1", userAgent: "tests" };
export const PASSWORD = "correct horse battery";
/** The least that argon2 accepts: production's cost is half of what these tests would spend. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/** The room's stores on the open database. */
export const accountStores = () => ({ users: createUserStore(), access: createAccessStore() });

type World = Awaited<ReturnType<typeof openWorld>>;

export type { World };

export async function openWorld({ provider, open }: (typeof databases)[number]) {
  const before = { DATABASE_URL: env.DATABASE_URL, provider: env.provider, SECRET_KEY: env.SECRET_KEY };
  const database: TestDatabase = await open();
  Object.assign(env, { DATABASE_URL: database.url, provider, SECRET_KEY: "a secret key of the tests, 32 long" });
  await connect();

  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const now = () => clock.at;
  const facts: [string, object][] = [];
  const emit: Emit = (name, fact) => {
    facts.push([name, fact]);
    if (name === "access.revoked") identity.forget(fact as { user_id: number });
  };
  const mails: Mail[] = [];
  const slept: number[] = [];
  const locks: string[] = [];
  const removedBotsOf: number[] = [];
  const warnings: string[] = [];
  const pending: Promise<unknown>[] = [];

  const users = createUserStore();
  const access = createAccessStore();
  const passwords = createPasswords(CHEAP);
  const throttle = createThrottle({
    store: createThrottleStore(),
    now,
    hash: hashToken,
    sleep: async (ms) => void slept.push(ms),
    onLocked: (kind) => void locks.push(kind),
  });
  const devices = createDevices({
    sign: (text) => sign("device", text),
    same: sameSecret,
    newNonce: () => newToken("md"),
  });
  const sealing = { seal, unseal, sign: (text: string) => sign("second-factor", text) };
  const factors = createSecondFactorStore();
  const { check } = createCodeCheck({ ...sealing, factors, emit, now });
  const tickets = createTickets({ ...sealing, now, same: sameSecret });
  const common = { users, access, passwords, throttle, devices, check, tickets, emit, now, newId, hash: hashToken };
  const secrets = { hash: hashToken, same: sameSecret };
  const identityWith = (envToken?: string) =>
    createIdentity({ ...common, secrets, envToken, onError: (error) => pending.push(Promise.reject(error)) });
  const identity = identityWith("the token of the environment");
  const mailServer = { isSet: false };
  const sendMail = async (mail: Mail) => {
    mails.push(mail);
    return "queued";
  };
  const later = (work: () => Promise<void>) => void pending.push(work());
  const verification = createVerificationService({
    ...common,
    verifications: createVerificationStore(),
    sendMail,
    sendsMail: () => mailServer.isSet,
    newToken: () => newToken("mv"),
    publicUrl: "https://bots.example.org",
  });
  const signInWith = (mode: SignupMode) =>
    createSignInService({
      ...{ ...common, verification, later, newToken: () => newToken("ms") },
      signup: async () => mode,
    });
  const signIn = signInWith("open");
  const links = createLinkStore();
  const password = createPasswordService({
    ...common,
    links,
    ...{ sendMail, later, sendsMail: () => true },
    newToken: () => newToken("mr"),
    publicUrl: "https://bots.example.org",
  });
  const linksWith = (mode: SignupMode) =>
    createLinkService({
      ...common,
      links,
      start: signIn.start,
      signup: async () => mode,
      warn: (text) => void warnings.push(text),
    });
  const user = createUserService({
    users,
    links,
    confirm: password.confirm,
    forget: identity.forget,
    bots: {
      countByOwner: async () => new Map([[1, 3]]),
      removeAllOf: async (owner) => void removedBotsOf.push(owner),
    },
    ...{ emit, now },
  });
  const secondFactor = {
    ...createSecondFactor({ ...common, ...sealing, factors, links, confirm: password.confirm }),
    ...createFinish({ ...common, start: signIn.start }),
  };
  const own = createAccessService({ ...common, newKey: () => newToken("mk") });

  async function run(sql: string) {
    await database.run(sql);
    identity.forget({ user_id: 0 });
  }

  let people = 0;
  /** A user signed in with the cookie: the actor a request would have. */
  async function someone(role: "user" | "moderator" | "admin" = "user") {
    const username = `person${++people}`;
    const email = `${username}@example.org`;
    const { id } = (await signIn.register({ username, email, password: PASSWORD })).user!;
    if (role !== "user") await run(`UPDATE "user" SET role = '${role}' WHERE id = ${id}`);
    return { id, username, email, ...(await actorOf(await signIn.login({ username, password: PASSWORD }, CLIENT))) };
  }
  async function actorOf({ sessionToken, reply }: SignedIn) {
    const actor = (await identity.bySessionToken(sessionToken)) as UserActor;
    return { actor, sessionToken, jwt: reply.token };
  }

  return {
    ...{ warnings, provider: linksWith("open"), closedProvider: linksWith("closed") },
    ...{ clock, facts, mails, slept, locks, removedBotsOf, users, access, passwords, throttle, database, run, someone },
    ...{ identity, identityWith, signIn, signInWith, verification, mailServer, password, user, own, secondFactor },
    /** A setup service with its own environment and its own link file. */
    setup(given: { API_ADMIN_USER?: string; API_ADMIN_PASS?: string; API_EXTRA_USERS?: string[] } = {}) {
      const file: { text?: string } = {};
      const lines: string[] = [];
      const log = { info: (text: string) => void lines.push(text), warn: (text: string) => void lines.push(text) };
      const setup = createSetup({
        ...{ users, passwords, devices, verification, later, start: signIn.start, now, same: sameSecret, log },
        newNonce: () => newToken("nonce"),
        sign: (text) => sign("setup", text),
        linkFile: {
          async write(text) {
            file.text = text;
          },
          async remove() {
            file.text = undefined;
          },
        },
        publicUrl: "https://bots.example.org",
        env: { API_EXTRA_USERS: [], ...given },
      });
      return { ...setup, file, lines };
    },
    /** Resolves when the work deferred until after the answer is done. */
    settled: async () => void (await Promise.all(pending.splice(0))),
    async clean() {
      await Promise.all(pending.splice(0));
      for (const table of ["user", "login_throttle", "setting", "ended_access", "pending_account"])
        await run(`DELETE FROM "${table}"`);
      mailServer.isSet = false;
      for (const list of [facts, mails, slept, locks, removedBotsOf, warnings]) list.length = 0;
    },
    async close() {
      await disconnectPrisma();
      await disconnect();
      await database.close();
      Object.assign(env, before);
    },
  };
}
