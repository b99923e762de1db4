/** The accounts room on a real, empty database, with a clock that tests move and mail that stays here. */
import { randomBytes } from "node:crypto";
import type { UserActor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { connect, disconnect, disconnectPrisma } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import type { Mail } from "@/lib/core/mail";
import { hashToken, newToken, sameSecret, seal, sign, unseal } from "@/lib/core/secrets";
import { SECTIONS, type Sections } from "@/lib/core/settings/contract";
import { createAddressService } from "@/lib/identity/accounts/addresses/service";
import { createAddressStore } from "@/lib/identity/accounts/addresses/store";
import { createAdministration } from "@/lib/identity/accounts/administration/service";
import { createAccessService } from "@/lib/identity/accounts/credentials/service";
import { createAccessStore } from "@/lib/identity/accounts/credentials/store";
import { createCreatedInvitations } from "@/lib/identity/accounts/invitations/created";
import { createInvitationService } from "@/lib/identity/accounts/invitations/service";
import { createIdentityAcceptance } from "@/lib/identity/accounts/invitations/service.identity";
import { createInvitationStore } from "@/lib/identity/accounts/invitations/store";
import { createLinkService } from "@/lib/identity/accounts/links/service";
import { createLinkStore } from "@/lib/identity/accounts/links/store";
import { createNoticeLinks, createNotices } from "@/lib/identity/accounts/notices/service";
import { createNoticeStore } from "@/lib/identity/accounts/notices/store";
import { createChallenges } from "@/lib/identity/accounts/passkeys/challenges";
import { createPasskeyProofs, createPasskeys } from "@/lib/identity/accounts/passkeys/service";
import { createPasskeyStore } from "@/lib/identity/accounts/passkeys/store";
import { createPasswordService } from "@/lib/identity/accounts/passwords/service";
import { createCodes } from "@/lib/identity/accounts/second-factor/codes";
import { createFactorPolicy } from "@/lib/identity/accounts/second-factor/policy";
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
import { createStepUp } from "@/lib/identity/accounts/step-up/service";
import { createProofStore } from "@/lib/identity/accounts/step-up/store";
import { createUserStore } from "@/lib/identity/accounts/store";
import { createVerificationService } from "@/lib/identity/accounts/verification/service";
import { createVerificationStore } from "@/lib/identity/accounts/verification/store";
import { createAdmission } from "@/lib/identity/teams/service.admission";
import { createTeamStore } from "@/lib/identity/teams/store";
import type { databases, TestDatabase } from "./db/databases";
import { testQuotas } from "./quotas";
import { type CreatedKey, keysIn } from "./service-keys";

export const CLIENT = { ip: "192.0.2.1", userAgent: "tests" };
export const PASSWORD = "correct horse battery";
/** The least that argon2 accepts: production's cost is half of what these tests would spend. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/** The room's stores on the open database. */
export const accountStores = () => ({ users: createUserStore(), access: createAccessStore() });

type World = Awaited<ReturnType<typeof openWorld>>;

export type { World };

/** Creates the checks of passkeys for https://bots.example.org. */
function passkeyTools(now: () => number) {
  const passkeys = createPasskeyStore();
  const signing = { sign: (text: string) => sign("passkey", text), same: sameSecret, hash: hashToken };
  const newChallenge = () => randomBytes(32).toString("base64url");
  const challenges = createChallenges({ ...signing, passkeys, now, newChallenge });
  const deps = { passkeys, challenges, now, publicUrl: "https://bots.example.org" };
  return { ...deps, ...createPasskeyProofs(deps), sign: signing.sign };
}

export async function openWorld({ provider, open }: (typeof databases)[number], acceptsPasswords = true) {
  const before = { DATABASE_URL: env.DATABASE_URL, provider: env.provider, SECRET_KEY: env.SECRET_KEY };
  const database: TestDatabase = await open();
  Object.assign(env, { DATABASE_URL: database.url, provider, SECRET_KEY: "a secret key of the tests, 32 long" });
  await connect();

  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const now = () => clock.at;
  const policy: Sections["security"] = { ...SECTIONS.security.defaults };
  const facts: [string, object][] = [];
  const emit: Emit = (name, fact) => {
    facts.push([name, fact]);
    if (name === "access.revoked") identity.forget(fact as { user_id: number });
  };
  const mails: Mail[] = [];
  const slept: number[] = [];
  const locks: string[] = [];
  const removedBotsOf: number[] = [];
  const ownedBots = new Map<number, { id: string; name: string }[]>();
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
  const recovery = createCodes(sealing.sign);
  const codes = { ...recovery, ...createCodeCheck({ ...sealing, ...recovery, factors, emit, now }) };
  const tickets = createTickets({ ...sealing, now, same: sameSecret });
  const common = {
    ...{ users, access, policy: async () => policy },
    passwords,
    throttle,
    devices,
    ...codes,
    tickets,
    emit,
    now,
    newId,
    acceptsPasswords,
    hash: hashToken,
  };
  const passkeys = passkeyTools(now);
  const rightsOf = async () => ({ teams: new Map(), bots: new Map() });
  const secrets = { hash: hashToken, same: sameSecret };
  const onError = (error: unknown) => pending.push(Promise.reject(error));
  const lookups = { rightsOf, serviceKeys: { byHash: async () => undefined, touch: async () => {} }, onError };
  const identityWith = (envToken?: string) => createIdentity({ ...common, secrets, envToken, ...lookups });
  const [identity, mailServer] = [identityWith("the token of the environment"), { isSet: false }];
  const sendMail = async (mail: Mail) => {
    mails.push(mail);
    return "queued";
  };
  const later = (work: () => Promise<void>) => void pending.push(work());
  const verification = createVerificationService({
    ...common,
    ...{ verifications: createVerificationStore(), sendMail, sendsMail: () => mailServer.isSet },
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
  const teams = { leaveAll: async () => {}, ...createAdmission({ store: createTeamStore(), emit }) };
  const notices = createNoticeStore();
  const noticeLinks = createNoticeLinks({
    ...{ ...common, notices, newNoticeToken: () => newToken("nm"), publicUrl: "https://bots.example.org" },
  });
  const password = createPasswordService({
    ...{ ...common, links, sendMail, later, sendsMail: () => true },
    ...{ newToken: () => newToken("mr"), publicUrl: "https://bots.example.org" },
  });
  const linksWith = (mode: SignupMode) =>
    createLinkService({
      ...{ ...common, links, start: signIn.start, followGroups: async () => {} },
      enrolInvited: createIdentityAcceptance({ invitations: createInvitationStore(), teams, now }).enrolInvited,
      signup: async () => mode,
      warn: (text) => void warnings.push(text),
    });
  const bots = {
    countByOwner: async () => new Map([[1, 3]]),
    removeAllOf: async (owner: number) => void removedBotsOf.push(owner),
    receiver: async (_actor: unknown, id: number) => id,
    moveAllOf: async () => {},
    ownedBots: async (owner: number) => ownedBots.get(owner) ?? [],
  };
  const stepUp = createStepUp({ ...common, ...passkeys, proofs: createProofStore(), confirm: password.confirm });
  const addresses = createAddressService({
    ...{ ...common, ...noticeLinks, sendMail, sendsMail: () => mailServer.isSet, demandProof: stepUp.demandProof },
    ...{ addresses: createAddressStore(), newToken: () => newToken("me"), publicUrl: "https://bots.example.org" },
  });
  const serviceKeys: CreatedKey[] = [];
  const shared: { bot_id: string; shared_with: string }[] = [];
  const notice = createNotices({
    ...{ ...common, ...passkeys, notices, links, teamKeys: keysIn(serviceKeys), resetLink: password.resetLink },
    ...{ grants: { ...keysIn([]), givenBy: async () => shared }, tagGrants: keysIn([]) },
    createdInvitations: createCreatedInvitations({ invitations: createInvitationStore(), teams, now }),
    ...{ newNoticeToken: () => newToken("nm") },
  });
  const user = createUserService({
    ...addresses,
    ...{ users, links, bots, teams, emit, now },
    ...{ confirmOwner: stepUp.confirmOwner, forget: identity.forget },
  });
  const administration = createAdministration({ ...common, links, bots, teams, issueLink: password.issueLink });
  const invitations = createInvitationService({
    ...{ ...common, teams, verification, later, sendMail, start: signIn.start },
    invitations: createInvitationStore(),
    newToken: () => newToken("mi"),
    publicUrl: "https://bots.example.org",
  });
  const secondFactor = {
    ...createSecondFactor({ ...common, ...sealing, factors, links, confirmOwner: stepUp.confirmOwner }),
    ...createFinish({ ...common, start: signIn.start }),
    ...createPasskeys({ ...common, ...passkeys, start: signIn.start }),
    ...stepUp,
    ...createFactorPolicy({ proofs: createProofStore(), policy: async () => policy }),
  };
  const own = createAccessService({
    ...{ ...common, quotas: testQuotas({ api_keys: (id) => access.countKeys(id, now()) }) },
    // Everybody sees the bots whose names begin with "bot".
    crowdedTag: async (_, tags) => tags.find((tag) => tag === "crowded"),
    bots: { getMany: async (_, ids) => new Map(ids.filter((id) => id.startsWith("bot")).map((id) => [id, {}])) },
    newKey: () => newToken("mk"),
  });

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
    ...{
      clock,
      policy,
      facts,
      mails,
      slept,
      locks,
      removedBotsOf,
      users,
      access,
      passwords,
      throttle,
      database,
      run,
      someone,
    },
    ...{ identity, identityWith, signIn, signInWith, verification, mailServer, password, user, own, secondFactor },
    ...{ administration, invitations, ownedBots, shared, serviceKeys, addresses },
    notices: { ...notice, ...noticeLinks },
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
      for (const table of ["user", "login_throttle", "setting", "ended_access", "pending_account", "spent_challenge"])
        await run(`DELETE FROM "${table}"`);
      mailServer.isSet = false;
      ownedBots.clear();
      Object.assign(policy, SECTIONS.security.defaults);
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
