"use client";
import { useEffect, useMemo, useRef } from "react";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { parseAsString, parseAsStringLiteral, useQueryState } from "@/app/_ui/address-state";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { SearchInput } from "@/app/_ui/search-input";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { type PageData, readPageData } from "@/lib/client/page-data";
import type { SectionName } from "@/lib/core/settings/contract";
import type { SectionStates } from "@/lib/core/settings/queries";
import { currentOf, namesOf } from "./draft";
import { SaveBar } from "./save-bar";
import type { Sections } from "./schema";
import { SectionHead } from "./section-head";
import { SectionNav } from "./section-nav";
import { Setting } from "./setting";
import { type ConfigDraft, useConfigDraft } from "./use-config-draft";

const HistoryTab = lazyPart(
  () => import("./history-tab").then((part) => part.HistoryTab),
  () => <SkeletonRows rows={4} columns={3} />,
);

type Field = { section: SectionName; field: string };

const fieldsOf = (sections: Sections, section: SectionName): Field[] =>
  Object.keys(sections[section].fields).map((field) => ({ section, field }));

/** The settings page: sections at the left, their settings or history at the right, unsaved changes at the bottom. */
export function ConfigPage({ initial: given, sections }: { initial: PageData<SectionStates>; sections: Sections }) {
  const initial = useMemo(() => readPageData(given), [given]);
  const draft = useConfigDraft(initial, sections);
  const names = namesOf(sections);
  const [section, setSection] = useQueryState(
    "section",
    parseAsStringLiteral(names).withDefault("general").withOptions({ history: "push" }),
  );
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(["settings", "history"]).withDefault("settings"));
  const [search, setSearch] = useQueryState("q", parseAsString.withDefault(""));
  const terms = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found =
    terms.length > 0
      ? names.flatMap((name) => fieldsOf(sections, name)).filter((one) => matches(one, sections, terms))
      : [];
  const open = (name: SectionName) => {
    void setSearch(null);
    void setSection(name);
  };

  useSaveKey(draft.saveAll);
  return (
    <>
      <LeaveGuard dirty={draft.changes.length > 0} />
      <div className="grid items-start gap-4 md:grid-cols-[13rem_minmax(0,1fr)]">
        <div className="space-y-3 md:sticky md:top-4">
          <SearchInput
            aria-label="Search settings"
            placeholder="Search settings"
            value={search}
            onText={(text) => void setSearch(text || null)}
          />
          <SectionNav sections={sections} draft={draft} current={terms.length > 0 ? null : section} onOpen={open} />
        </div>
        <div className="min-w-0 space-y-4">
          {terms.length > 0 ? (
            <Found fields={found} draft={draft} sections={sections} onClear={() => void setSearch(null)} />
          ) : (
            <>
              <SectionHead
                section={section}
                about={sections[section]}
                tab={tab}
                onTab={(next) => void setTab(next)}
                draft={draft}
              />
              {tab === "history" ? (
                <HistoryTab section={section} about={sections[section]} />
              ) : (
                <Card>
                  <Settings fields={fieldsOf(sections, section)} draft={draft} sections={sections} />
                </Card>
              )}
            </>
          )}
          <SaveBar draft={draft} sections={sections} />
        </div>
      </div>
    </>
  );
}

/** Saves with Ctrl-S or Cmd-S. */
function useSaveKey(save: () => unknown): void {
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s")
        return;
      event.preventDefault();
      void latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function matches({ section, field }: Field, sections: Sections, terms: string[]): boolean {
  const about = sections[section];
  const { title = "", description = "" } = about.fields[field] ?? {};
  const text = [about.title, section, field, title, description].join(" ").toLowerCase();
  return terms.every((word) => text.includes(word));
}

type SettingsProps = { fields: Field[]; draft: ConfigDraft; sections: Sections };
function Settings({ fields, draft, sections }: SettingsProps) {
  return fields.map(({ section, field }) => (
    <Setting
      key={`${section}.${field}`}
      field={field}
      schema={sections[section].fields[field] ?? {}}
      value={currentOf(draft.draft, section, field)}
      defaultValue={sections[section].defaults[field]}
      dirty={field in (draft.draft.edits[section] ?? {})}
      problem={draft.problems[`${section}.${field}`]}
      conflict={draft.draft.conflicts[section]?.[field]}
      onChange={(value) => draft.change(section, field, value)}
      onKeep={() => draft.keep(section, field)}
    />
  ));
}

/** Search results, grouped by section. */
function Found({ fields, draft, sections, onClear }: SettingsProps & { onClear: () => void }) {
  if (fields.length === 0)
    return (
      <Card>
        <EmptyState
          title="No settings match"
          description="Search looks at names and descriptions of settings. Try another word."
          filterHint={{ onClear }}
        />
      </Card>
    );
  return namesOf(sections)
    .map((name) => ({ name, own: fields.filter(({ section }) => section === name) }))
    .filter(({ own }) => own.length > 0)
    .map(({ name, own }) => (
      <Card key={name}>
        <CardHeader>
          <CardTitle>{sections[name].title}</CardTitle>
        </CardHeader>
        <Settings fields={own} draft={draft} sections={sections} />
      </Card>
    ));
}
