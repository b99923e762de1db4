/** Keeps what destinations want, in the memory of this process. */
import type { FactKind } from "./contract";

/** A kind of fact that a destination wants, of one team or (null) of every team. */
export type Interest = { kind: FactKind; team_id: number | null };

let interests = new Map<FactKind, Set<number | null>>();

/** Replaces what destinations want in this process. */
export function setInterests(wanted: readonly Interest[]): void {
  const grouped = new Map<FactKind, Set<number | null>>();
  for (const { kind, team_id } of wanted) grouped.set(kind, (grouped.get(kind) ?? new Set()).add(team_id));
  interests = grouped;
}

/** Returns whether any destination wants a kind of fact. Ask it before reading anything for a fact. */
export const wantsFact = (kind: FactKind): boolean => interests.has(kind);

/** Returns whether any destination wants a fact of this kind and team. */
export function isWanted({ kind, team_id }: Interest): boolean {
  const teams = interests.get(kind);
  return teams !== undefined && (teams.has(null) || (team_id !== null && teams.has(team_id)));
}
