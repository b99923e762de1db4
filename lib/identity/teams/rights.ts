/**
 * The rights of people in this process. Everything that acts for a person (cached credentials, sockets, subscriptions)
 * holds the same object of that person, which changes in place when a fact says so. An object lives as long as something
 * holds it.
 */
import type { Rights } from "@/lib/core/actor";
import { registerCache } from "@/lib/core/caches";
import type { Clock } from "@/lib/core/clock";

type Deps = { read(users: readonly number[], at: number): Promise<Map<number, Rights>>; now: Clock };
/**
 * `pending`: the rights are being read, and callers wait for it. `isStale`: the last reading failed. `end`: when the first of
 * the grants ends (epoch ms).
 */
type Entry = { ref: WeakRef<Rights>; pending?: Promise<void>; isStale: boolean; end: number };
type Held = { userId: number; entry: Entry; rights: Rights };
type Listener = (userId: number) => void;

/** A refresh asks the database for this many people in one statement. */
const READ_MAX = 500;

const endOf = ({ bots }: Rights): number =>
  Math.min(...[...bots.values()].flat().map(({ ends_at }) => ends_at ?? Number.POSITIVE_INFINITY));

export function createRightsBook({ read, now }: Deps) {
  const book = new Map<number, Entry>();
  const listeners = new Set<Listener>();
  const dropped = new FinalizationRegistry<number>((userId) => {
    if (!book.get(userId)?.ref.deref()) book.delete(userId);
  });
  registerCache("rights", { size: () => book.size, clear: () => void refreshAll() });

  function heldOf(userId: number): Held | undefined {
    const entry = book.get(userId);
    const rights = entry?.ref.deref();
    return entry && rights && { userId, entry, rights };
  }

  function add(userId: number): Held {
    const rights: Rights = { teams: new Map(), bots: new Map() };
    const entry = { ref: new WeakRef(rights), isStale: true, end: Number.POSITIVE_INFINITY };
    book.set(userId, entry);
    dropped.register(rights, userId);
    return { userId, entry, rights };
  }

  /** Reads rights again. While that fails they are empty, because a right that may have ended must not be used. */
  function reload(people: readonly Held[]): Promise<void> {
    const ids = people.map(({ userId }) => userId);
    const settle = (found?: Map<number, Rights>) => {
      for (const { userId, entry, rights } of people) {
        // A newer reading has begun since.
        if (entry.pending !== reading) continue;
        Object.assign(rights, found?.get(userId) ?? { teams: new Map(), bots: new Map() });
        entry.isStale = !found;
        entry.end = endOf(rights);
        entry.pending = undefined;
        for (const listener of listeners) listener(userId);
      }
    };
    const reading: Promise<void> = read(ids, now()).then(settle, (error: unknown) => {
      settle();
      throw error;
    });
    for (const { entry } of people) entry.pending = reading;
    return reading;
  }

  /** Reads the rights of those people again for whom this process holds any. */
  async function refresh(users: readonly number[]): Promise<void> {
    const held = users.flatMap((userId) => heldOf(userId) ?? []);
    const slices = Array.from({ length: Math.ceil(held.length / READ_MAX) }, (_, at) =>
      held.slice(at * READ_MAX, (at + 1) * READ_MAX),
    );
    // All begin at once, so that callers wait for the new rights of every one of these people.
    await Promise.allSettled(slices.map(reload));
  }

  /** Reads everybody's rights again, after facts may have been missed. */
  const refreshAll = (): Promise<void> => refresh([...book.keys()]);

  return {
    /** Returns a person's rights, which stay up to date. */
    async of(userId: number): Promise<Rights> {
      const { entry, rights } = heldOf(userId) ?? add(userId);
      if (!entry.pending && entry.isStale) reload([{ userId, entry, rights }]).catch(() => {});
      // Wait for the newest reading: one that began before a change would show the rights of that time.
      while (entry.pending) await entry.pending;
      return rights;
    },

    refresh,
    refreshAll,
    /** Reads the rights of those people again for whom a grant has ended since they were read. */
    endDue: (): Promise<void> => refresh([...book].filter(([, { end }]) => end <= now()).map(([userId]) => userId)),
    /** Calls `listener` when a person's rights were read again. The returned function ends it. */
    onChange(listener: Listener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
