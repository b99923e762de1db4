/**
 * Follows the directory: signs out and deactivates who is disabled or gone there, activates them when they are back, and sets
 * the roles that their groups mean (decision 044). While the directory cannot be reached, nobody is changed.
 */
import { accountTarget, describeAct, performStep } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { logSecurity } from "@/lib/core/log/security-log";
import { type ProviderSignInDeps, withRole } from "@/lib/identity/accounts/links/service.sign-in";
import type { UserStore } from "@/lib/identity/accounts/store";
import { type Directory, type DirectoryEntry, DirectoryError } from "@/lib/identity/directory";
import { roleByGroups, teamsByGroups, usesGroups } from "@/lib/identity/groups";
import type { DirectoryAccount, DirectoryStore } from "./store";

/** People whose groups are read in one run. Others take their turn in the next ones. */
const GROUPS_AT_ONCE = 200;

type Deps = {
  directory: Pick<Directory, "key" | "settings" | "survey" | "groups" | "check">;
  store: DirectoryStore;
  users: Pick<UserStore, "setAccess">;
  followGroups: ProviderSignInDeps["followGroups"];
  emit: Emit;
  now: Clock;
  log: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
};
type Present = DirectoryAccount & { entry: DirectoryEntry };

/** Activates or deactivates an account, as an act of the job. @returns false for the last admin, who stays active */
async function setActive({ users, emit, directory }: Deps, { user }: DirectoryAccount, isActive: boolean) {
  const changed = await performStep("updateUser", () => {
    const [before, after] = [{ is_active: !isActive }, { is_active: isActive, provider: directory.key }];
    describeAct({ target: accountTarget(user), before, after });
    return users.setAccess(user.id, { is_active: isActive });
  });
  if (changed === "last-admin") return false;
  if (!changed || typeof changed === "string") return true;
  emit("access.revoked", { user_id: user.id });
  const change = { from: { is_active: !isActive }, to: { is_active: isActive } };
  logSecurity("role_changed", { by: directory.key, user_id: user.id, ...change });
  return true;
}

async function disable(deps: Deps, account: DirectoryAccount): Promise<void> {
  const { store, directory, now, log } = deps;
  // An account that an admin deactivated stays as it is, also when the person is back in the directory.
  if (!account.user.is_active) return;
  // Mark it first: without the mark, an account that was deactivated would never be activated again.
  if (account.disabled_at === null) await store.mark(directory.key, account.id, now());
  const isDone = await setActive(deps, account, false);
  if (!isDone && account.disabled_at === null)
    log.warn({ user_id: account.user.id }, "the directory disabled the last admin, whose account stays active");
}

async function enable(deps: Deps, account: DirectoryAccount): Promise<void> {
  if (account.disabled_at === null) return;
  if (!account.user.is_active) await setActive(deps, account, true);
  await deps.store.mark(deps.directory.key, account.id, null);
}

/** Sets the role and the teams that a person's groups mean. */
async function follow(deps: Deps, account: Present, groups: readonly string[]): Promise<void> {
  const { directory, followGroups, users, emit, log } = deps;
  const { settings, key: provider } = directory;
  const role = roleByGroups(settings, groups);
  if (role === "refused") return disable(deps, account);
  await enable(deps, account);
  // An account that an admin deactivated gets nothing.
  if (!account.user.is_active && account.disabled_at === null) return;
  const warn = (text: string) => log.warn({ user_id: account.user.id }, text);
  if (account.founding && role) await withRole({ users, emit, warn }, account.user, role, { provider });
  await followGroups(account.user, provider, teamsByGroups(settings, groups));
}

export function createFollowing(deps: Deps) {
  const { directory, store, log } = deps;
  /** Whether the last look succeeded; undefined before the first. */
  let isReachable: boolean | undefined;
  /** The user whose groups were read last. */
  let last = 0;

  /** Chooses the people whose groups are read: those who were disabled, and the next ones in order. */
  function dueOf(present: Present[]): Present[] {
    const back = present.filter(({ disabled_at }) => disabled_at !== null);
    const others = present.filter(({ disabled_at, user }) => disabled_at === null && user.is_active);
    const next = [...others.filter(({ user }) => user.id > last), ...others.filter(({ user }) => user.id <= last)];
    const due = next.slice(0, GROUPS_AT_ONCE);
    last = due.at(-1)?.user.id ?? 0;
    return [...back, ...due];
  }

  async function run(signal?: AbortSignal): Promise<void> {
    const accounts = await store.list(directory.key);
    // A mistake in the settings should show before the first person signs in.
    if (accounts.length === 0) return isReachable ? undefined : directory.check();
    const found = await directory.survey(accounts.map(({ id }) => id));
    const present: Present[] = [];
    for (const account of accounts) {
      if (signal?.aborted) return;
      const entry = found.get(account.id);
      if (!entry || entry.isDisabled) await disable(deps, account);
      else present.push({ ...account, entry });
    }
    if (!usesGroups(directory.settings)) {
      for (const account of present) await enable(deps, account);
      return;
    }
    const due = dueOf(present);
    const groups = await directory.groups(due.map(({ entry }) => entry));
    for (const account of due) if (!signal?.aborted) await follow(deps, account, groups.get(account.id) ?? []);
  }

  return {
    /** Looks at the directory once. */
    async followDirectory(signal?: AbortSignal): Promise<void> {
      try {
        await run(signal);
        if (isReachable === false) log.info({}, "the directory can be reached again");
        isReachable = true;
      } catch (err) {
        if (!(err instanceof DirectoryError)) throw err;
        // A longer pause after a failure, which the job would make, would let people stay signed in for longer.
        if (isReachable !== false)
          log.warn({ err }, "the directory could not be reached; nobody is signed out meanwhile");
        isReachable = false;
      }
    },
  };
}
