/** The interval between shares: checking all of ten thousand sockets at once would block everything else. */
export const SHARE_MS = 250;

/**
 * Calls `look` for each of `all` about every `ms`. Each call of the returned function, every SHARE_MS, handles one
 * share of them.
 */
export function inShares<T>(ms: number, all: Iterable<T>, look: (one: T) => unknown): () => void {
  const shares = Math.ceil(ms / SHARE_MS);
  let share = 0;
  return () => {
    let place = 0;
    for (const one of all) if (place++ % shares === share) look(one);
    share = (share + 1) % shares;
  };
}
