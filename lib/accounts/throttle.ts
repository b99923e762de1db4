/**
 * Repeated failures slow down, then lock (CONTRACT: credentials): by account and by address. An attempt is counted before
 * the password is looked at and taken back when it was right, so that many guesses at once get no further than one after
 * the other.
 */
import { networkOf } from "@/lib/access";
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { Failures, ThrottleStore } from "./store.throttle";

/** Failures until the first lock. Addresses are shared by offices and by whole mobile networks. */
const LIMITS = { account: 5, address: 50, confirmation: 5 };
const FIRST_LOCK_MS = 60_000;
const MAX_LOCK_MS = 900_000;
/** Failures are forgotten after this long without another. */
const FORGET_MS = 3_600_000;
const SLOW_MS = 100;

type Deps = { store: ThrottleStore; now: Clock; sleep: (ms: number) => Promise<void>; hash: (text: string) => string };
type Counted = { key: string; failures: number; locked: boolean };

export function createThrottle({ store, now, sleep, hash }: Deps) {
  // Hashed: people type passwords into the wrong field.
  const keyOf = (kind: keyof typeof LIMITS, name: string) => `${kind}:${hash(name.trim().toLowerCase())}`;

  /** @throws AppError RATE_LIMITED with the seconds until the lock ends */
  async function count(kind: keyof typeof LIMITS, name: string): Promise<Counted> {
    const limit = LIMITS[kind];
    const key = keyOf(kind, name);
    for (;;) {
      const before = await store.find(key);
      const at = now();
      const lockedFor = (before?.lockedUntil?.getTime() ?? 0) - at;
      if (lockedFor > 0)
        throw new AppError("RATE_LIMITED", "Rate limit exceeded", undefined, Math.ceil(lockedFor / 1000));
      const fresh = !before || at - before.lastAt.getTime() > FORGET_MS;
      const failures = fresh ? 1 : before.failures + 1;
      const locked = failures >= limit;
      const lockMs = Math.min(FIRST_LOCK_MS * 2 ** (failures - limit), MAX_LOCK_MS);
      const next: Failures = { failures, lastAt: new Date(at), lockedUntil: locked ? new Date(at + lockMs) : null };
      if (await store.replace(key, before, next)) return { key, failures, locked };
    }
  }

  return {
    /**
     * Runs `check`, a look at a password, if neither the account nor the address is locked. A wrong one is answered a
     * little later with every failure. A caller who is signed in has `user_id` in place of a name and address: counted
     * apart, or strangers at the sign-in could lock it.
     *
     * @throws AppError RATE_LIMITED  locked: `retryAfter` seconds to wait
     */
    async guard(
      who: { account: string; ip: string } | { user_id: number },
      check: () => Promise<boolean>,
    ): Promise<boolean> {
      // The address first: a locked address must not go on locking accounts.
      const address = "ip" in who ? await count("address", networkOf(who.ip)) : undefined;
      const counted =
        "ip" in who ? await count("account", who.account) : await count("confirmation", String(who.user_id));
      const forgive = async () => {
        if (address) await store.takeBack(address.key, address.locked);
      };
      let right: boolean;
      try {
        right = await check();
      } catch (error) {
        // Not looked at (too many at once): no guess was made.
        await store.takeBack(counted.key, counted.locked);
        await forgive();
        throw error;
      }
      if (right) {
        await store.clear(counted.key);
        await forgive();
      } else await sleep(SLOW_MS * 2 ** Math.min(counted.failures - 1, 4));
      return right;
    },

    /** Forgets failures of an account, under each name it signs in with. */
    async clear(...accounts: string[]): Promise<void> {
      for (const account of accounts) await store.clear(keyOf("account", account));
    },

    sweep: () => store.sweep(new Date(now() - 24 * FORGET_MS)),
  };
}

export type Throttle = ReturnType<typeof createThrottle>;
