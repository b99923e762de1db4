"use client";
import { useCallback, useEffect, useMemo, useState } from "react";
import { toast } from "@/app/_ui/toast";
import type { ConfigUpdate, SectionName } from "@/lib/core/settings/contract";
import { type SectionStates, useSections } from "@/lib/core/settings/queries";
import { changesOf, conflictsOf, edited, kept, moved, namesOf, newDraft } from "./draft";
import type { Sections } from "./schema";
import { useConfigProblems } from "./use-config-problems";
import { useSaveConfig } from "./use-save-config";

/** Keeps the unsaved changes of the page, follows changes to the stored sections, and saves. */
export function useConfigDraft(initial: SectionStates, sections: Sections) {
  const [draft, setDraft] = useState(() => newDraft(initial));
  const [refused, setRefused] = useState<Record<string, string>>({});
  const { saving, saveAll, isOwn } = useSaveConfig(sections, (section, field, text) =>
    setRefused((known) => ({ ...known, [`${section}.${field}`]: text })),
  );
  const onNews = useCallback(
    (news: ConfigUpdate) => {
      // The reply to this page's own save shows a toast already, so a second one would repeat it.
      if (!isOwn()) toast(`${news.by} changed ${sections[news.section].title}`);
    },
    [sections, isOwn],
  );
  const states = useSections(initial, onNews);
  useEffect(() => {
    setDraft((now) => namesOf(states).reduce((next, name) => moved(next, name, states[name]), now));
  }, [states]);

  const changes = useMemo(() => changesOf(draft), [draft]);
  const problems = useConfigProblems(changes, refused);
  const conflicts = conflictsOf(draft);
  const blocked = changes.length === 0 || Object.keys(problems).length > 0 || conflicts > 0;
  return {
    draft,
    changes,
    problems,
    conflicts,
    blocked,
    saving,
    saveAll: async (): Promise<boolean> => !blocked && saveAll(changes, draft.base),
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

export type ConfigDraft = ReturnType<typeof useConfigDraft>;
