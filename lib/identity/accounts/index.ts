/** Accounts: services and stores wired together, one of each per process. */
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env, publicUrl } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { MailRoom } from "@/lib/core/mail";
import type { Quotas } from "@/lib/core/quotas";
import { hashToken, newToken, sameSecret, sign } from "@/lib/core/secrets";
import type { SettingsRoom } from "@/lib/core/settings";
import type { DirectoryRoom } from "@/lib/identity/directory";
import { createAddresses } from "./addresses/wiring";
import { createAdministration } from "./administration/service";
import type { CrowdedTag } from "./credentials/crowded-tags";
import { createAccessService } from "./credentials/service";
import { createAccessStore } from "./credentials/store";
import { createDirectoryAccounts, type LateAccounts } from "./directory/service.sign-in";
import { createDirectoryJobs } from "./directory/wiring";
import { createCreatedInvitations } from "./invitations/created";
import { createInvitationService } from "./invitations/service";
import { createIdentityAcceptance } from "./invitations/service.identity";
import { createInvitationStore } from "./invitations/store";
import { createLinkService } from "./links/service";
import { createJoining } from "./links/service.join";
import { createMembers } from "./links/service.members";
import { createLinkStore } from "./links/store";
import { createMemberStore } from "./links/store.members";
import type { createNotices } from "./notices/service";
import { createPasswordService } from "./passwords/service";
import { createWeakPasswords } from "./passwords/store.weak";
import { createFactors, createSecondFactors } from "./second-factor/wiring";
import { createSignInService } from "./service";
import type { SignupMode } from "./service.registration";
import { createUserService } from "./service.users";
import { linkFile } from "./setup/link-file";
import { createSetup } from "./setup/setup";
import { createPasswordGate } from "./sign-in/gate";
import { createGuards } from "./sign-in/guards";
import { createIdentity, KEY_PREFIX } from "./sign-in/service.identity";
import { createUserStore } from "./store";
import { createVerificationService } from "./verification/service";
import { createVerificationStore } from "./verification/store";

export {
  carryEnded,
  endSessions,
  keepRotations,
  keepSession,
  readKeyTags,
  withdrawKeys,
  withdrawLinks,
} from "./carryover/store.credentials";
export { type PresentAccounts, readAccounts, unchangedPeople } from "./carryover/store.present";
export { keepSecondFactors } from "./carryover/store.second-factor";
export { keepAdmins, withdrawUsers } from "./carryover/store.users";
export { CARD_COLUMNS, type CommunityCard, personOf } from "./community-card";
export { type CrowdedTag, refuseCrowdedTag } from "./credentials/crowded-tags";
export { overlapEnd } from "./credentials/overlap";
export { noteEnded } from "./credentials/store.ended";
export {
  activeAddress,
  activePerson,
  activeUsers,
  communityCards,
  countUsers,
  discordAccounts,
  discordIds,
  findAccount,
  hasErasedTickets,
  hasSecondFactor,
  isActiveAdmin,
  isVerifiedAddress,
  keepUser,
  remainingUserIds,
  signInOrigins,
  userCards,
  userIds,
  userNames,
  userRoles,
} from "./joins";
export type { Client, SignedIn } from "./service.sessions";
export { isAppJwt } from "./sign-in/jwt";
export { SERVICE_KEY_PREFIX } from "./sign-in/service-keys";

/** The first sweep waits, because expired rows are harmless and waiting bots should be served first. */
const FIRST_SWEEP_MS = 30_000;
const SWEEP_MS = 3_600_000;
const otherWays = [
  ...env.sso.map(({ name }) => name),
  ...(env.DISCORD_CLIENT_ID ? ["Discord"] : []),
  ...(env.ldap ? [env.ldap.NAME] : []),
];
const gateWays = env.AUTH_PASSWORD ? undefined : otherWays;
const byPassword = createPasswordGate(gateWays, publicUrl);
const byInvitedPassword = createPasswordGate(
  gateWays,
  publicUrl,
  "open your invitation's link in a browser and continue",
);

type Deps = Pick<MailRoom, "mail"> &
  Partial<DirectoryRoom> & {
    config: Pick<SettingsRoom["config"], "section">;
    bots: Parameters<typeof createUserService>[0]["bots"] & Parameters<typeof createAccessService>[0]["bots"];
    teams: PeopleDeps["teams"] & Pick<Parameters<typeof createLinkService>[0], "followGroups">;
    grants: Parameters<typeof createNotices>[0]["grants"];
    tagGrants: Parameters<typeof createNotices>[0]["tagGrants"];
    teamKeys: Parameters<typeof createNotices>[0]["teamKeys"];
    /** Teams and shared bots that people reach beside their personal teams. */
    rights: { of: Parameters<typeof createIdentity>[0]["rightsOf"]; crowdedTag: CrowdedTag };
    serviceKeys: Parameters<typeof createIdentity>[0]["serviceKeys"];
    quotas: Quotas;
  };

const tokens = (prefix: string) => () => newToken(prefix);
const policyOf = (config: Deps["config"]) => () => config.section("security");
const onError = (error: unknown) => logger.warn({ err: error }, "accounts: a background chore failed");
const later = (work: () => Promise<void>) => void setImmediate(() => void work().catch(onError));

/** Builds the room. Call once per process. */
export function createAccounts({ mail, bots, teams, rights, serviceKeys, config, quotas, directory, ...shares }: Deps) {
  const users = createUserStore(env.AUTH_PASSWORD);
  const access = createAccessStore();
  quotas.measure("api_keys", (id) => access.countKeys(id, now()));
  const { passwords, throttle, devices } = createGuards();
  const policy = policyOf(config);
  const [links, invitations] = [createLinkStore(), createInvitationStore()];
  const late = (): LateAccounts => ({ ...provider, ...joining });
  const inDirectory = directory && createDirectoryAccounts({ directory, links, late });
  const common = { ...signInTools, users, access, policy, passwords, throttle, devices, directory: inDirectory };

  const identity = createIdentity({ ...common, ...identityTools, rightsOf: rights.of, serviceKeys });
  const letters = { sendMail: mail.enqueue, sendsMail: () => mail.status().mode === "smtp" };
  const verifications = createVerificationStore();
  const verification = createVerificationService({ ...common, ...letters, verifications, newToken: tokens("mv") });
  const factors = createFactors(publicUrl);
  const { codes, tickets, passkeys } = factors;
  const { isClaimed, signup } = createSignupMode(users);
  const { start, prove, begin, ...signIn } = createSignInService({
    ...{ ...common, ...codes, signup, verification, later },
    newToken: () => newToken("ms"),
  });
  const password = createPasswordService({ ...common, ...letters, links, later, newToken: tokens("mr") });
  const provider = createLinkService({
    ...{ ...common, ...codes, links, start, signup, tickets, followGroups: teams.followGroups },
    enrolInvited: createIdentityAcceptance({ invitations, teams, now }).enrolInvited,
    warn: (text) => logger.warn(text),
  });
  const joining = createJoining({ ...common, ...joinTools, links, signIn: { prove, begin } });
  const secondFactor = createSecondFactors({ ...common, links, start, confirm: password.confirm }, factors);
  const { confirmOwner, demandProof } = secondFactor;
  const { stores, address, notice } = createAddresses({
    ...{ ...common, ...letters, ...passkeys, ...shares, links, resetLink: password.resetLink },
    createdInvitations: createCreatedInvitations({ invitations, teams, now }),
    demandProof,
  });
  const people = createPeople({
    ...{ ...common, ...letters, invitations, start, verification },
    ...{ later, links, bots, teams, password, identity, confirmOwner, ...address },
  });
  const own = createAccessService({ ...common, ...rights, quotas, bots, newKey: () => newToken(KEY_PREFIX) });
  const setup = createSetup({ ...common, ...setupTools, start, verification, later });
  bus.on("access.revoked", (fact) => identity.forget(fact));
  // A cached identity has the address, and whether there is a second factor.
  bus.on("account.secured", ({ user_id }) => identity.forget({ user_id }));

  const sweep = sweepJob([access, verifications, ...stores, invitations, throttle, passkeys.passkeys]);
  const accounts = {
    bySessionToken: identity.bySessionToken,
    byBearer: identity.byBearer,
    byLocalAccess: identity.byLocalAccess,
    ...signIn,
    ...people,
    ...behindGate(signIn, password, people),
    ...own,
    ...provider,
    ...createMembers({ members: createMemberStore() }),
    ...joining,
    ...secondFactor,
    ...{ ...address, ...notice },
    /** Proves the caller by the account's password. */
    confirmPassword: password.confirm,
    claimSetup: setup.claim,
    /** Returns whether the server has an admin. */
    isClaimed,
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
    ...createDirectoryJobs(directory, { ...common, followGroups: teams.followGroups }),
  };
  return { accounts };
}

export type AccountsRoom = ReturnType<typeof createAccounts>;

type PeopleDeps = Omit<Parameters<typeof createUserService>[0], "forget"> &
  Omit<Parameters<typeof createAdministration>[0], "issueLink"> &
  Omit<Parameters<typeof createInvitationService>[0], "newToken"> & {
    password: Pick<ReturnType<typeof createPasswordService>, "issueLink">;
    identity: Pick<ReturnType<typeof createIdentity>, "forget">;
  };

/** Creates the rules about accounts: their owners', the admins', and those of invitations. */
const createPeople = ({ password, identity, ...deps }: PeopleDeps) => ({
  ...createUserService({ ...deps, forget: identity.forget }),
  ...createAdministration({ ...deps, issueLink: password.issueLink }),
  ...createInvitationService({ ...deps, newToken: () => newToken("mi") }),
  ...createWeakPasswords(env.AUTH_PASSWORD),
});

const signInTools = { emit, now, newId, hash: hashToken, publicUrl, acceptsPasswords: env.AUTH_PASSWORD };

const identityTools = { secrets: { hash: hashToken, same: sameSecret }, envToken: env.API_TOKEN, onError };

const joinTools = { same: sameSecret, sign: (text: string) => sign("join", text) };

const setupTools = {
  newNonce: () => newToken("nonce"),
  sign: (text: string) => sign("setup", text),
  same: sameSecret,
  linkFile,
  env,
  log: { info: (text: string) => logger.info(text), warn: (text: string) => logger.warn(text) },
};

type Gated = {
  signIn: Pick<ReturnType<typeof createSignInService>, "login" | "register">;
  password: Pick<ReturnType<typeof createPasswordService>, "change" | "forgot" | "reset">;
  people: Pick<ReturnType<typeof createInvitationService>, "acceptInvitation">;
};

/** Everything that would make a password sign somebody in, refused where AUTH_PASSWORD is off. */
const behindGate = (signIn: Gated["signIn"], password: Gated["password"], people: Gated["people"]) => ({
  // The directory's passwords are checked by the same operation.
  login: env.ldap ? signIn.login : byPassword(signIn.login),
  register: byPassword(signIn.register),
  changePassword: byPassword(password.change),
  forgotPassword: byPassword(password.forgot),
  resetPassword: byPassword(password.reset),
  acceptInvitation: byInvitedPassword(people.acceptInvitation),
  acceptsPasswords: env.AUTH_PASSWORD,
});

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

/** Schedules the removal of sessions, links, known devices and locks that expired. */
const sweepJob = (stores: { sweep(at: number): Promise<unknown> }[]) =>
  jobs.every({
    ...{ name: "accounts.sweep", interval: SWEEP_MS, first: FIRST_SWEEP_MS, isLed: true },
    async run() {
      for (const store of stores) await store.sweep(now());
    },
  });

/** next-auth's options; loaded on demand because only its own route needs the package. */
export const authOptions = async () => (await import("./sign-in/next-auth")).authOptions();
