/**
 * Repeated failures slow down, then lock (CONTRACT: credentials). An attempt is counted before the password is looked at
 * and taken back when it was right, so that many guesses at once get no further than one after the other.
 *
 * A stranger must not be able to lock somebody else out. Five failures therefore lock an account for the network they came
 * from; only a hundred, which takes many networks, lock it for every device that never signed in to it. A device that did
 * holds a signed cookie (lib/identity/accounts/sign-in/devices.ts) and is counted by itself.
 */
import { networkOf } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { Failures, ThrottleStore } from "./store.throttle";

/** Failures until the first lock. Addresses are shared by offices and by whole mobile networks. */
const LIMITS = { address: 50, pair: 5, account: 100, device: 5, confirmation: 5, code: 5 };
const FIRST_LOCK_MS = 60_000;
const MAX_LOCK_MS = 900_000;
/** Failures are forgotten after this long without another. */
const FORGET_MS = 3_600_000;
const SLOW_MS = 100;

type Kind = keyof typeof LIMITS;
type Deps = {
  store: ThrottleStore;
  now: Clock;
  sleep: (ms: number) => Promise<void>;
  hash: (text: string) => string;
  /** Called for every lock when it begins. */
  onLocked: (kind: Kind, failures: number) => void;
};
type Counted = { kind: Kind; key: string; failures: number; locked: boolean };
/** The account that an attempt is for: a user's id, or the typed name if no such user exists. */
export type Account = { user_id: number } | { name: string };
export type Attempt = { account: Account; ip: string; device?: string } | { confirm: number } | { code: number };

type Hash = Deps["hash"];

// Hash the name, because people sometimes type a password into the wrong field.
const accountPart = (hash: Hash, account: Account) =>
  hash("user_id" in account ? `user ${account.user_id}` : `name ${account.name.trim().toLowerCase()}`);

/** The counters of an attempt, in the order in which they are counted. */
function keysOf(hash: Hash, attempt: Attempt): [Kind, string][] {
  if ("confirm" in attempt) return [["confirmation", hash(String(attempt.confirm))]];
  if ("code" in attempt) return [["code", hash(String(attempt.code))]];
  const account = accountPart(hash, attempt.account);
  if (attempt.device !== undefined) return [["device", `${account}:${hash(attempt.device)}`]];
  const network = hash(networkOf(attempt.ip));
  // Check the address first, so that a locked address cannot continue to lock accounts.
  return [
    ["address", network],
    ["pair", `${account}:${network}`],
    ["account", account],
  ];
}

export function createThrottle({ store, now, sleep, hash, onLocked }: Deps) {
  /** @throws AppError RATE_LIMITED with the seconds until the lock ends */
  async function count(kind: Kind, name: string): Promise<Counted> {
    const limit = LIMITS[kind];
    const key = `${kind}:${name}`;
    for (;;) {
      const before = await store.find(key);
      const at = now();
      const lockedFor = (before?.locked_until ?? 0) - at;
      if (lockedFor > 0)
        throw new AppError("RATE_LIMITED", "Rate limit exceeded", undefined, Math.ceil(lockedFor / 1000));
      const fresh = !before || at - before.last_at > FORGET_MS;
      const failures = fresh ? 1 : before.failures + 1;
      const locked = failures >= limit;
      const lockMs = Math.min(FIRST_LOCK_MS * 2 ** (failures - limit), MAX_LOCK_MS);
      const next: Failures = { failures, last_at: at, locked_until: locked ? at + lockMs : null };
      if (await store.replace(key, before, next)) return { kind, key, failures, locked };
    }
  }

  const takeBack = async (counted: Counted[]) => {
    for (const { key, locked } of counted) await store.takeBack(key, locked);
  };

  return {
    /**
     * Runs `check`, a look at a password, if nothing that the attempt counts for is locked. A wrong one is answered a
     * little later with every failure. A caller who is signed in confirms with `confirm`: counted apart, or strangers at
     * the sign-in could lock it.
     *
     * @throws AppError RATE_LIMITED  locked: `retryAfter` seconds to wait
     */
    async guard(attempt: Attempt, check: () => Promise<boolean>): Promise<boolean> {
      const counted: Counted[] = [];
      let right: boolean;
      try {
        for (const [kind, name] of keysOf(hash, attempt)) counted.push(await count(kind, name));
        right = await check();
      } catch (error) {
        // No password was checked: the account is locked, or too many attempts ran at once.
        await takeBack(counted);
        throw error;
      }
      if (right) {
        for (const one of counted)
          if (one.kind === "address" || one.kind === "account") await takeBack([one]);
          else await store.clear(one.key);
        return true;
      }
      for (const { kind, failures, locked } of counted) if (locked) onLocked(kind, failures);
      const own = counted.find(({ kind }) => kind !== "address" && kind !== "account");
      await sleep(SLOW_MS * 2 ** Math.min((own?.failures ?? 1) - 1, 4));
      return false;
    },

    /** Forgets every failure of a user, from wherever it came. */
    async clear(userId: number): Promise<void> {
      const account = accountPart(hash, { user_id: userId });
      await store.clear(`account:${account}`);
      for (const kind of ["pair", "device"]) await store.clearBelow(`${kind}:${account}:`);
    },

    sweep: () => store.sweep(now() - 24 * FORGET_MS),
  };
}

export type Throttle = ReturnType<typeof createThrottle>;
