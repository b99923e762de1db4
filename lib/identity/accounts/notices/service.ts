/**
 * "That wasn't me": the link in every mailed notice about an account's security. It works once and takes all access away
 * that a stranger may hold, so that the owner can begin again from the mailbox.
 */
import { accountTarget, describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { DirectoryAccounts } from "@/lib/identity/accounts/directory/service.sign-in";
import type { LinkStore } from "@/lib/identity/accounts/links/store";
import type { PasskeyStore } from "@/lib/identity/accounts/passkeys/store";
import type { PasswordService } from "@/lib/identity/accounts/passwords/service";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import type { Disowned, Remaining } from "./contract";
import type { NoticeStore } from "./store";

const NOTICE_MS = 7 * 86_400_000;
/** Long enough to go through a list of what can still sign in. */
const REMOVAL_MS = 30 * 60_000;
/** The most of each kind that the answer lists. When some are removed, the next ones follow. */
const CREATED_MAX = 200;
/** The most shared bots that the answer lists. */
const SHARED_MAX = 100;

/** The things of one kind that people create in another room. They go on acting for a person whose account was locked. */
export type CreatedThings = {
  /** Returns the newest. `details`: where it sends, and for which team; null is left out. */
  createdBy(userId: number, limit: number): Promise<{ id: string; name: string; details: (string | null)[] }[]>;
  /** Removes one of those that `createdBy` returns, without checking the caller. @returns false when it is gone */
  endCreated(id: string): Promise<boolean>;
};
type CreatedKind = Exclude<Remaining["kind"], "passkey" | "linked">;
type Created = ReadonlyMap<CreatedKind, CreatedThings>;

type LinkDeps = {
  notices: Pick<NoticeStore, "insert">;
  now: Clock;
  newId: (prefix: string) => string;
  newNoticeToken: () => string;
  hash: (token: string) => string;
  publicUrl: string;
};
type Deps = {
  notices: Pick<NoticeStore, "disown" | "insert" | "forRemoval" | "removeWay">;
  links: Pick<LinkStore, "allOf">;
  passkeys: Pick<PasskeyStore, "list">;
  grants: CreatedThings & { givenBy(userId: number, limit: number): Promise<Disowned["shared_bots"]> };
  tagGrants: CreatedThings;
  teamKeys: CreatedThings;
  createdInvitations: CreatedThings;
  resetLink: PasswordService["resetLink"];
  /** Whether people can sign in with a password. */
  acceptsPasswords: boolean;
  directory?: Pick<DirectoryAccounts, "key" | "isLinked">;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  newNoticeToken: () => string;
  hash: (token: string) => string;
};

export function createNoticeLinks({ notices, now, newId, newNoticeToken, hash, publicUrl }: LinkDeps) {
  return {
    /**
     * Makes the link "That wasn't me" of one notice.
     *
     * @param address the account's address that the link brings back, in a notice about the address itself
     */
    async noticeLink(user_id: number, address: string | null = null): Promise<string> {
      const [at, token] = [now(), newNoticeToken()];
      const times = { created_at: at, expires_at: at + NOTICE_MS };
      await notices.insert({ id: newId("ntl"), user_id, token_hash: hash(token), restore_email: address, ...times });
      return `${publicUrl}/not-me?token=${encodeURIComponent(token)}`;
    },
  };
}

export type NoticeLinks = ReturnType<typeof createNoticeLinks>;

/** Keeps the hashes of these tokens apart from those of mailed links, so that neither serves as the other. */
const REMOVAL = "removal";

/** Reads what remains of a locked account, and makes the tokens that remove it. */
function createRemaining(deps: Deps, created: Created) {
  const { notices, links, passkeys, directory, now, newId, newNoticeToken, hash } = deps;

  async function createdBy(userId: number): Promise<Remaining[]> {
    const found = await Promise.all(
      [...created].map(async ([kind, things]) =>
        (await things.createdBy(userId, CREATED_MAX)).map(({ id, name, details }) => {
          const known = details.filter((detail) => detail !== null);
          return { kind, id, name: known.length > 0 ? `${name} (${known.join(", ")})` : name };
        }),
      ),
    );
    return found.flat();
  }

  /** Reads what can still sign in or act for the account. */
  async function remainingOf(userId: number): Promise<Pick<Disowned, "linked" | "passkeys" | "remaining">> {
    const [linked, keys, others] = await Promise.all([links.allOf(userId), passkeys.list(userId), createdBy(userId)]);
    return {
      linked: linked.map(({ provider, username }) => ({ provider, username })),
      passkeys: keys.map(({ name }) => name),
      remaining: [
        ...keys.map(({ id, name }) => ({ kind: "passkey" as const, id, name })),
        // Without that link, somebody who leaves the directory would stay here.
        ...linked
          .filter(({ provider }) => provider !== directory?.key)
          .map((one) => ({
            kind: "linked" as const,
            id: one.linkId,
            name: `${one.username} (${one.provider})`,
          })),
        ...others,
      ],
    };
  }

  /** Makes the token by which the person removes what remains. It locks nothing again, so it is no link of a notice. */
  async function removalToken(user_id: number): Promise<string> {
    const [at, token] = [now(), newNoticeToken()];
    const times = { created_at: at, expires_at: at + REMOVAL_MS };
    const token_hash = hash(`${REMOVAL}:${token}`);
    await notices.insert({ id: newId("ntl"), user_id, token_hash, restore_email: null, ...times });
    return token;
  }

  /** Removes what the person created in another room. @returns false when the person created no such thing */
  async function endCreated(userId: number, kind: CreatedKind, id: string): Promise<boolean> {
    const things = created.get(kind);
    const listed = await things?.createdBy(userId, CREATED_MAX);
    return listed?.some((thing) => thing.id === id) === true && things!.endCreated(id);
  }

  return { remainingOf, removalToken, endCreated };
}

const OVER = "this link is not valid any more; choose Forgot password on the sign-in page instead";

export function createNotices(deps: Deps) {
  const { acceptsPasswords, directory, notices, grants, resetLink, emit, now, hash } = deps;
  const sendReset = async (user: UserRecord, to: string) =>
    acceptsPasswords && user.is_active === 1 && !(await directory?.isLinked(user.id)) && (await resetLink(user, to));
  const created = new Map<CreatedKind, CreatedThings>([
    ["service_key", deps.teamKeys],
    ["bot_grant", grants],
    ["tag_grant", deps.tagGrants],
    ["invitation", deps.createdInvitations],
  ]);
  const { remainingOf, removalToken, endCreated } = createRemaining(deps, created);
  return {
    /** Registers what people create in a room above this one, so that "That wasn't me" lists and removes it. */
    onRemaining: (kind: CreatedKind, things: CreatedThings): void => void created.set(kind, things),

    /**
     * Ends every session and API key of the account, makes its password unusable and mails a link to choose another, unless
     * AUTH_PASSWORD is off.
     *
     * @returns what else can still sign in or see the account's bots
     * @throws AppError INVALID_INPUT  the link is unknown, used or expired
     */
    async disown(token: string): Promise<Disowned> {
      const found = await notices.disown(hash(token), now());
      if (!found)
        throw invalid(
          "token",
          acceptsPasswords ? OVER : "this link is not valid any more; ask an admin to end your sessions",
        );
      const { user, ended, restored, address } = found;
      emit("access.revoked", { user_id: user.id });
      logSecurity("account_disowned", {
        user_id: user.id,
        username: user.username,
        ...ended,
        email_restored: restored,
      });
      return {
        ...{ success: true, username: user.username, ended, email_restored: restored },
        reset_sent: await sendReset(user, address ?? user.email),
        ...(await remainingOf(user.id)),
        removal_token: await removalToken(user.id),
        shared_bots: await grants.givenBy(user.id, SHARED_MAX),
      };
    },

    /**
     * Removes one of the things that can still sign in to a locked account, or act for it.
     *
     * @returns what remains, as `disown`
     * @throws AppError INVALID_INPUT  the token is unknown or expired; NOT_FOUND  it was removed already
     */
    async removeRemaining(token: string, { kind, id }: Pick<Remaining, "kind" | "id">): Promise<Disowned> {
      const user = await notices.forRemoval(hash(`${REMOVAL}:${token}`), now());
      if (!user) throw invalid("token", "the 30 minutes are over; sign in and remove it there");
      describeAct({ target: accountTarget(user), before: { [kind]: id } });
      const isListed = (await remainingOf(user.id)).remaining.some((one) => one.kind === kind && one.id === id);
      if (kind === "linked" && !isListed) throw new AppError("NOT_FOUND", "It was removed already");
      const isRemoved =
        kind === "passkey" || kind === "linked"
          ? await notices.removeWay(user.id, kind, id, now())
          : await endCreated(user.id, kind, id);
      if (!isRemoved) throw new AppError("NOT_FOUND", "It was removed already");
      logSecurity("account_way_removed", { user_id: user.id, username: user.username, kind, removed_id: id });
      return {
        ...{ success: true, username: user.username, ended: { sessions: 0, api_keys: 0 } },
        ...{ email_restored: false, reset_sent: false, removal_token: token },
        ...(await remainingOf(user.id)),
        shared_bots: await grants.givenBy(user.id, SHARED_MAX),
      };
    },
  };
}
