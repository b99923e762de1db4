/**
 * The rights of people in this process. Everything that acts for a person (cached credentials, sockets, subscriptions)
 * holds the same object of that person, which changes in place when a fact says so. An object lives as long as something
 * holds it.
 */
import type { Rights } from "@/lib/core/actor";
import { registerCache } from "@/lib/core/caches";
import type { Clock } from "@/lib/core/clock";

type Deps = {
  read(users: readonly number[], at: number): Promise<Map<number, Rights>>;
  /** Reads the bots that have these tags, within the rights of a person, or of the team whose keys are limited to them. */
  readTagged(
    ownerId: number,
    rights: Rights,
    tags: readonly string[],
  ): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  now: Clock;
};
/**
 * `pending`: the rights are being read, and callers wait for it. `isStale`: the last reading failed. `end`: when the first of
 * the grants ends (epoch ms). `tags`: the tags that keys in use are limited to; a tag stays while something holds the rights.
 */
type Entry = { ref: WeakRef<Rights>; pending?: Promise<void>; isStale: boolean; end: number; tags: Set<string> };
type Held = { userId: number; entry: Entry; rights: Rights };
type Listener = (userId: number) => void;

/** A refresh asks the database for this many people in one statement. */
const READ_MAX = 500;

const NO_TAGS: ReadonlySet<string> = new Set();

const endOf = ({ bots }: Rights): number =>
  Math.min(...[...bots.values()].flat().map(({ ends_at }) => ends_at ?? Number.POSITIVE_INFINITY));

/** Builds the list of the people for whom this process holds rights. An entry goes when nothing holds its rights any more. */
function createHeldRights() {
  const book = new Map<number, Entry>();
  const dropped = new FinalizationRegistry<number>((userId) => {
    if (!book.get(userId)?.ref.deref()) book.delete(userId);
  });

  function heldOf(userId: number): Held | undefined {
    const entry = book.get(userId);
    const rights = entry?.ref.deref();
    return entry && rights && { userId, entry, rights };
  }

  function add(userId: number): Held {
    const rights: Rights = { teams: new Map(), bots: new Map() };
    const entry = { ref: new WeakRef(rights), isStale: true, end: Number.POSITIVE_INFINITY, tags: new Set<string>() };
    book.set(userId, entry);
    dropped.register(rights, userId);
    return { userId, entry, rights };
  }

  return { book, heldOf, add };
}

/** Reads the rights of people, and the bots of the tags that their keys are limited to. */
async function readHeld({ read, readTagged, now }: Deps, people: readonly Held[]): Promise<Map<number, Rights>> {
  const ids = people.map(({ userId }) => userId);
  const found = await read(ids, now());
  const limited = people.filter(({ entry }) => entry.tags.size > 0);
  await Promise.all(
    limited.map(async ({ userId, entry }) => {
      const rights = found.get(userId)!;
      rights.byTag = await readTagged(userId, rights, [...entry.tags]);
    }),
  );
  return found;
}

export function createRightsBook(deps: Deps) {
  const { book, heldOf, add } = createHeldRights();
  const listeners = new Set<Listener>();
  registerCache("rights", { size: () => book.size, clear: () => void refreshAll() });

  /** Reads rights again. While that fails they are empty, because a right that may have ended must not be used. */
  function reload(people: readonly Held[]): Promise<void> {
    const settle = (found?: Map<number, Rights>) => {
      for (const { userId, entry, rights } of people) {
        // A newer reading has begun since.
        if (entry.pending !== reading) continue;
        Object.assign(rights, found?.get(userId) ?? { teams: new Map(), bots: new Map(), byTag: new Map() });
        entry.isStale = !found;
        entry.end = endOf(rights);
        entry.pending = undefined;
        for (const listener of listeners) listener(userId);
      }
    };
    const reading: Promise<void> = readHeld(deps, people).then(settle, (error: unknown) => {
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
    /**
     * Returns a person's rights, which stay up to date.
     *
     * @param tags the tags that the caller's key is limited to; the bots that have them stay up to date as well. Service keys have
     *   the id of their team, which has no other rights
     */
    async of(userId: number, tags = NO_TAGS): Promise<Rights> {
      const { entry, rights } = heldOf(userId) ?? add(userId);
      // A reading that has begun does not include tags that are new here.
      const isNew = [...tags].some((tag) => !entry.tags.has(tag));
      for (const tag of tags) entry.tags.add(tag);
      if (isNew || (!entry.pending && entry.isStale)) reload([{ userId, entry, rights }]).catch(() => {});
      // Wait for the newest reading: one that began before a change would show the rights of that time.
      while (entry.pending) await entry.pending;
      return rights;
    },

    refresh,
    refreshAll,
    /** Reads the rights of those owners again who have keys limited to one of these tags. */
    refreshTagged: (tags: readonly string[]): Promise<void> =>
      refresh([...book].filter(([, entry]) => tags.some((tag) => entry.tags.has(tag))).map(([userId]) => userId)),
    /** Reads the rights of those people again for whom a grant has ended since they were read. */
    endDue: (): Promise<void> =>
      refresh([...book].filter(([, { end }]) => end <= deps.now()).map(([userId]) => userId)),
    /** Calls `listener` when a person's rights were read again. The returned function ends it. */
    onChange(listener: Listener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
