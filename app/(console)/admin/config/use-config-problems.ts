"use client";
import { useEffect, useMemo, useState } from "react";
import type { changesOf } from "./draft";

type ProblemOf = typeof import("./problem").problemOf;

/**
 * Finds the problems of the changed values, by "section.field": those of the contract, and those that the server refused.
 *
 * @param refused refusals of the last save
 */
export function useConfigProblems(changes: ReturnType<typeof changesOf>, refused: Readonly<Record<string, string>>) {
  const problemOf = useProblemOf(changes.length > 0);
  return useMemo(() => {
    const found: Record<string, string> = { ...refused };
    for (const { section, field, new: value } of changes) {
      const problem = problemOf?.(section, field, value);
      if (problem) found[`${section}.${field}`] = problem;
    }
    return found;
  }, [changes, refused, problemOf]);
}

/** Loads the validator with the first change. If it cannot be loaded, the server still validates when saving. */
function useProblemOf(wanted: boolean): ProblemOf | undefined {
  const [problemOf, setProblemOf] = useState<ProblemOf>();
  useEffect(() => {
    if (wanted)
      import("./problem").then(
        (loaded) => setProblemOf(() => loaded.problemOf),
        () => {},
      );
  }, [wanted]);
  return problemOf;
}
