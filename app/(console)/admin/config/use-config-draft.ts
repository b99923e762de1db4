"use client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { errorToast, toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import type { ConfigUpdate, SectionName } from "@/lib/core/settings/contract";
import {
  type SectionStates,
  useMovedOn,
  useSaveSection,
  useSections,
  useUndoChange,
  type Values,
} from "@/lib/core/settings/queries";
import { changesOf, conflictsOf, edited, kept, moved, namesOf, newDraft } from "./draft";
import type { Sections } from "./schema";

/** The page's unsaved changes over sections that stay live, and how they are saved. */
export function useConfigDraft(initial: SectionStates, sections: Sections) {
  const [draft, setDraft] = useState(() => newDraft(initial));
  const [refused, setRefused] = useState<Record<string, string>>({});
  const [saving, setSaving] = useState(false);
  const busy = useRef(false);
  const onNews = useCallback(
    (news: ConfigUpdate) => {
      // The answer to one's own save already says so; a second toast would repeat it.
      if (!busy.current) toast(`${news.by} changed ${sections[news.section].title}`);
    },
    [sections],
  );
  const states = useSections(initial, onNews);
  const save = useSaveSection();
  const undo = useUndoChange();
  const movedOn = useMovedOn();

  useEffect(() => {
    setDraft((now) => namesOf(states).reduce((next, name) => moved(next, name, states[name]), now));
  }, [states]);

  const changes = useMemo(() => changesOf(draft), [draft]);
  const problemOf = useProblemOf(changes.length > 0);
  const problems = useMemo(() => {
    const found: Record<string, string> = { ...refused };
    for (const { section, field, new: value } of changes) {
      const problem = problemOf?.(section, field, value);
      if (problem) found[`${section}.${field}`] = problem;
    }
    return found;
  }, [changes, refused, problemOf]);
  const conflicts = conflictsOf(draft);
  const blocked = changes.length === 0 || Object.keys(problems).length > 0 || conflicts > 0;

  async function saveAll(): Promise<boolean> {
    if (blocked || busy.current) return false;
    busy.current = true;
    setSaving(true);
    const saved: { section: SectionName; version: number }[] = [];
    try {
      for (const section of new Set(changes.map((change) => change.section))) {
        const fields: Values = Object.fromEntries(
          changes.filter((change) => change.section === section).map((change) => [change.field, change.new]),
        );
        try {
          const { version } = await save.mutateAsync({ name: section, fields, version: draft.base[section].version });
          saved.push({ section, version });
        } catch (error) {
          refuse(section, error);
          return false;
        }
      }
      const count = changes.length === 1 ? "1 change saved" : `${changes.length} changes saved`;
      toast.success(count, { action: { label: "Undo", onClick: () => void takeBack(saved) } });
      return true;
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }

  async function takeBack(saved: { section: SectionName; version: number }[]) {
    try {
      for (const one of saved) await undo.mutateAsync(one);
      toast.success("Changes undone");
    } catch (error) {
      errorToast(error);
    }
  }

  function refuse(section: SectionName, error: unknown) {
    const { title, fields } = sections[section];
    if (error instanceof ApiError && error.status === 409 && typeof error.details?.version === "number") {
      const { version, stored } = error.details as { version: number; stored: Values };
      movedOn(section, { values: stored, version, by: "Someone" });
      toast.warning(`${title} was changed by someone else. Your changes are kept. Review them, then save.`, {
        duration: 8000,
      });
      return;
    }
    if (error instanceof ApiError && error.field) {
      const [field = ""] = error.field.split(".");
      const text = error.message.replace(`${error.field}: `, "");
      if (field in fields) setRefused((known) => ({ ...known, [`${section}.${field}`]: text }));
    }
    toast.error(`${title}: ${errorText(error)}`, { duration: 8000 });
  }

  return {
    draft,
    changes,
    problems,
    conflicts,
    blocked,
    saving,
    saveAll,
    change(section: SectionName, field: string, value: unknown) {
      setRefused(({ [`${section}.${field}`]: _, ...rest }) => rest);
      setDraft((now) => edited(now, section, field, value));
    },
    keep: (section: SectionName, field: string) => setDraft((now) => kept(now, section, field)),
    discard() {
      setRefused({});
      setDraft((now) => newDraft(now.base));
    },
  };
}

/** Fetched with the first change. Should that fail the server still says what is wrong. */
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
type ProblemOf = typeof import("./problem").problemOf;

export type ConfigDraft = ReturnType<typeof useConfigDraft>;
