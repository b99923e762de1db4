/** Levels of experience points, as the section `xp` sets them. */
export type LevelRule = { base_xp_per_level: number; xp_multiplier: number };

const LEVEL_MAX = 1_000;

/**
 * Returns the level that a number of points reaches: everybody begins at 1, and each level takes `xp_multiplier` times the
 * points of the one before. `missing` is the number of points up to the next level.
 */
export function levelOf(
  xp: number,
  { base_xp_per_level, xp_multiplier }: LevelRule,
): { level: number; missing: number } {
  let [level, reached, step] = [1, 0, base_xp_per_level];
  while (level < LEVEL_MAX && xp >= Math.ceil(reached + step)) {
    reached += step;
    step *= xp_multiplier;
    level++;
  }
  const next = Math.ceil(reached + step) - xp;
  return { level, missing: Number.isSafeInteger(next) ? Math.max(0, next) : 0 };
}
