"use client";
import { type ReactNode, useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import type { Values } from "./merge";
import { type Stored, useMerge } from "./use-merge";
import { useProblem } from "./use-problem";

/** Names a field of a draft that is missing or wrong, and says why. */
export type DraftProblem = { field: string; message: string };

type Options<Draft, V extends object> = {
  /** The values to change; the form creates something new without them. */
  stored: Stored<V> | undefined;
  newDraft: () => Draft;
  draftOf: (values: V) => Draft;
  /** Converts the draft to what is sent. */
  valuesOf: (draft: Draft) => V | DraftProblem;
  /** The subject of the dialog that opens when somebody else saved first: "The status page". */
  what: string;
  labels: Readonly<Record<string, string>>;
  fromStored: (stored: Values) => V;
  create: (values: V) => Promise<unknown>;
  change: (values: V, version: number) => Promise<unknown>;
};

/**
 * A form that edits a draft in the shape of its fields and sends it in the shape of the contract. It creates something, or changes
 * what is stored from the version that it started from.
 */
export function useDraft<Draft extends object, V extends object>(options: Options<Draft, V>) {
  const { stored, newDraft, draftOf, valuesOf, what, labels, fromStored, create, change } = options;
  const problems = useProblem();
  const [state, setState] = useState(() => ({ draft: stored ? draftOf(stored.values) : newDraft(), base: stored }));
  const merge = useMerge<V>({
    ...{ what, labels, send: change, fromStored },
    onRebase: (values, base) => setState({ draft: draftOf(values), base }),
  });
  return {
    ...{ draft: state.draft, problems, mergeDialog: merge.dialog },
    set(edit: Partial<Draft>): void {
      setState((last) => ({ ...last, draft: { ...last.draft, ...edit } }));
      problems.clear();
    },
    submit(): void {
      const values = valuesOf(state.draft);
      if (isProblem(values)) {
        problems.report(values.field, values.message);
        return;
      }
      const saving = state.base ? merge.save(state.base, values) : create(values);
      saving.catch(problems.reportError);
    },
  };
}

const isProblem = (values: object): values is DraftProblem => "field" in values && "message" in values;

type DialogProps = {
  form: Pick<ReturnType<typeof useDraft>, "problems" | "mergeDialog" | "submit">;
  title: ReactNode;
  description: ReactNode;
  /** The label of the button, which names the action. */
  verb: string;
  busy: boolean;
  /** Fields of the contract that show their own errors. */
  fields: readonly string[];
  onClose: () => void;
  children: ReactNode;
};

/** The dialog around the fields of a draft. */
export function DraftDialog({ form, fields, ...dialog }: DialogProps) {
  const message = form.problems.messageBeside(fields);
  return (
    <>
      <FormDialog
        {...dialog}
        ready
        problem={message === undefined ? undefined : new Error(message)}
        onSubmit={form.submit}
      />
      {form.mergeDialog}
    </>
  );
}
