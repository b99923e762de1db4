/** The interval between shares: checking all of ten thousand sockets at once would block everything else. */
export const SHARE_MS = 250;

/**
 * Calls `look` so that each of `all` is looked at about every `ms`. Each call of the returned function, every SHARE_MS,
 * hands over one share of them; an empty one is skipped.
 */
export function inShares<T>(ms: number, all: Iterable<T>, look: (share: T[]) => unknown): () => unknown {
  const shares = Math.ceil(ms / SHARE_MS);
  let share = 0;
  return () => {
    let place = 0;
    const found: T[] = [];
    for (const one of all) if (place++ % shares === share) found.push(one);
    share = (share + 1) % shares;
    return found.length > 0 ? look(found) : undefined;
  };
}
