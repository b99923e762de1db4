/** A random source that can be repeated: the same seed gives the same numbers. */

export type Random = {
  /** A number from `low` to `high`. */
  between(low: number, high: number): number;
  /** Returns true in this share (0–1) of the calls. */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A separate random source for a name, whose numbers do not depend on what others draw. */
  fork(name: string): Random;
};

/** Hashes a text to a 32-bit number (FNV-1a). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ char.codePointAt(0)!, 0x01000193);
  return value >>> 0;
}

export function seeded(seed: string): Random {
  // A 32-bit Weyl sequence, each step of it mixed until its bits are even.
  let state = hash(seed);
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
  return {
    between: (low, high) => low + next() * (high - low),
    chance: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    fork: (name) => seeded(`${seed}/${name}`),
  };
}
