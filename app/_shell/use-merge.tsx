"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { conflictOf } from "@/lib/client/api";
import { mergeRows, type Values } from "./merge";

const MergeDialog = dynamic(() => import("./merge-dialog"), { ssr: false });

/** Values as they are stored, and their version. */
export type Stored<V> = { values: V; version: number };

type Options<V> = {
  /** The subject of the dialog's text: "The rule". */
  what: string;
  /** Labels by field; a field without a label shows its name. */
  labels?: Readonly<Record<string, string>>;
  /** The values are one free-form JSON object, so the dialog also offers them as text. */
  isJson?: boolean;
  /** Saves an edit that was made from `version`. */
  send: (values: V, version: number) => Promise<unknown>;
  /** Converts the stored values of a conflict response into the form's own shape. */
  fromStored: (stored: Values) => V;
  /** Continues editing with `values`, as an edit of the newly stored version. */
  onRebase: (values: V, stored: Stored<V>) => void;
};
export type Conflict<V> = { base: V; theirs: Stored<V>; yours: V; settle: (isSaved: boolean) => void };

/**
 * Saves an edit. If somebody else saved first, a dialog shows both versions and the person decides. Nothing is
 * overwritten silently.
 */
export function useMerge<V extends object>({ what, labels = {}, isJson, send, fromStored, onRebase }: Options<V>) {
  const [conflict, setConflict] = useState<Conflict<V> | null>(null);

  /**
   * Saves an edit made from `base`.
   * @returns false when the person took the stored values, or went on editing. @throws ApiError for any other refusal
   */
  async function save(base: Stored<V>, yours: V): Promise<boolean> {
    try {
      await send(yours, base.version);
      return true;
    } catch (error) {
      const refusal = conflictOf(error);
      if (!refusal) throw error;
      const theirs = { values: fromStored(refusal.stored), version: refusal.version };
      if (mergeRows(base.values as Values, theirs.values as Values, yours as Values).length === 0)
        return save(theirs, yours);
      return new Promise((settle) => setConflict({ base: base.values, theirs, yours, settle }));
    }
  }

  /** Saves the merged values. If somebody else saved again meanwhile, the dialog opens again. */
  async function saveMerged(open: Conflict<V>, values: V): Promise<void> {
    try {
      await send(values, open.theirs.version);
    } catch (error) {
      const refusal = conflictOf(error);
      if (!refusal) throw error;
      const theirs = { values: fromStored(refusal.stored), version: refusal.version };
      return setConflict({ ...open, base: open.theirs.values, theirs, yours: values });
    }
    close(open, true);
  }
  function close(open: Conflict<V>, isSaved: boolean): void {
    setConflict(null);
    open.settle(isSaved);
  }

  const dialog = conflict ? (
    <MergeDialog
      key={conflict.theirs.version}
      {...{ what, labels, isJson }}
      base={conflict.base as Values}
      theirs={conflict.theirs.values as Values}
      yours={conflict.yours as Values}
      onSave={(values) => saveMerged(conflict, values as V)}
      onEdit={(values) => {
        onRebase(values as V, conflict.theirs);
        close(conflict, false);
      }}
      onClose={() => close(conflict, false)}
    />
  ) : null;
  return { save, dialog };
}

/**
 * An edit of values that stay live. While untouched it follows the stored values. The first change remembers the
 * version it started from, so that saving can detect another person's change.
 */
export function useEdit<V>(live: Stored<V>) {
  const [edit, setEdit] = useState<{ base: Stored<V>; values: V } | null>(null);
  return {
    values: edit ? edit.values : live.values,
    base: edit ? edit.base : live,
    isTouched: edit !== null,
    change: (values: V) => setEdit((known) => ({ base: known?.base ?? live, values })),
    /** Goes on with other values, as an edit of what is stored now. */
    rebase: (values: V, base: Stored<V>) => setEdit({ base, values }),
    discard: () => setEdit(null),
  };
}
