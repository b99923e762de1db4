/** How often a share is looked at: all of ten thousand sockets at once would hold everything else up. */
export const SHARE_MS = 250;

/** Calls `look` for each of `all` about every `ms`, a share of them each time it is called itself, every SHARE_MS. */
export function inShares<T>(ms: number, all: Iterable<T>, look: (one: T) => unknown): () => void {
  const shares = Math.ceil(ms / SHARE_MS);
  let share = 0;
  return () => {
    let place = 0;
    for (const one of all) if (place++ % shares === share) look(one);
    share = (share + 1) % shares;
  };
}
