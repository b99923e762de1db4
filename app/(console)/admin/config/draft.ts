/**
 * The unsaved changes of the settings page, as pure functions: which fields differ, and which of them others changed
 * too.
 */
import { same } from "@/app/_shell/merge";
import type { SectionName } from "@/lib/core/settings/contract";
import type { SectionState, SectionStates, Values } from "@/lib/core/settings/queries";

/** A field that both sides changed. `theirs` is the value that `by` saved while the reader was editing. */
export type Conflict = { by: string; theirs: unknown };
export type Draft = {
  base: SectionStates;
  /** The edited values. A field is listed only while it differs from the base. */
  edits: Partial<Record<SectionName, Values>>;
  conflicts: Partial<Record<SectionName, Record<string, Conflict>>>;
};
export type Change = { section: SectionName; field: string; old: unknown; new: unknown };

export const namesOf = (of: Partial<Record<SectionName, unknown>>) => Object.keys(of) as SectionName[];
export const newDraft = (base: SectionStates): Draft => ({ base, edits: {}, conflicts: {} });

function without<T>(all: Record<string, T> | undefined, name: string): Record<string, T> {
  const { [name]: _, ...rest } = all ?? {};
  return rest;
}

/** Returns the current value of a field, including unsaved edits. */
export const currentOf = (draft: Draft, section: SectionName, field: string): unknown => {
  const edits = draft.edits[section];
  return edits && field in edits ? edits[field] : draft.base[section].values[field];
};

export function edited(draft: Draft, section: SectionName, field: string, value: unknown): Draft {
  const rest = without(draft.edits[section], field);
  const back = same(value, draft.base[section].values[field]);
  return {
    ...draft,
    edits: { ...draft.edits, [section]: back ? rest : { ...rest, [field]: value } },
    conflicts: back ? settled(draft, section, field) : draft.conflicts,
  };
}

/** Keeps the reader's edit of a field, although somebody else saved another value. */
export const kept = (draft: Draft, section: SectionName, field: string): Draft => ({
  ...draft,
  conflicts: settled(draft, section, field),
});
const settled = (draft: Draft, section: SectionName, field: string): Draft["conflicts"] => ({
  ...draft.conflicts,
  [section]: without(draft.conflicts[section], field),
});

/**
 * Takes over a newly stored section. Edits that equal the stored values are dropped. Edits of fields that somebody else
 * changed become conflicts.
 */
export function moved(draft: Draft, section: SectionName, next: SectionState): Draft {
  const before = draft.base[section];
  if (next.version <= before.version) return draft;
  const edits: Values = {};
  const conflicts: Record<string, Conflict> = {};
  for (const [field, mine] of Object.entries(draft.edits[section] ?? {})) {
    const theirs = next.values[field];
    if (same(mine, theirs)) continue;
    edits[field] = mine;
    if (next.by !== undefined && !same(before.values[field], theirs)) conflicts[field] = { by: next.by, theirs };
    else if (draft.conflicts[section]?.[field]) conflicts[field] = { ...draft.conflicts[section][field], theirs };
  }
  return {
    base: { ...draft.base, [section]: next },
    edits: { ...draft.edits, [section]: edits },
    conflicts: { ...draft.conflicts, [section]: conflicts },
  };
}

export const changesOf = ({ base, edits }: Draft): Change[] =>
  namesOf(base).flatMap((section) =>
    Object.entries(edits[section] ?? {}).map(([field, value]) => ({
      section,
      field,
      old: base[section].values[field],
      new: value,
    })),
  );

export const conflictsOf = ({ conflicts }: Draft): number =>
  Object.values(conflicts).reduce((sum, fields) => sum + Object.keys(fields).length, 0);
