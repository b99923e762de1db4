"use client";
import { RotateCcw, Search } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useEffect, useMemo, useRef } from "react";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { same } from "@/app/_shell/merge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { cn } from "@/app/_ui/cn";
import { EmptyState } from "@/app/_ui/empty-state";
import { Input, Select } from "@/app/_ui/input";
import { errorToast, toast } from "@/app/_ui/toast";
import { type PageData, readPageData } from "@/lib/client/page-data";
import type { SectionName } from "@/lib/core/settings/contract";
import { type SectionStates, useResetSection, useUndoChange } from "@/lib/core/settings/queries";
import { currentOf, namesOf } from "./draft";
import { HistoryTab } from "./history-tab";
import { SaveBar } from "./save-bar";
import type { Section, Sections } from "./schema";
import { Setting } from "./setting";
import { type ConfigDraft, useConfigDraft } from "./use-config-draft";

type Field = { section: SectionName; field: string };

const fieldsOf = (sections: Sections, section: SectionName): Field[] =>
  Object.keys(sections[section].fields).map((field) => ({ section, field }));

/** The configuration: sections at the left, their settings or history at the right, what is unsaved at the foot. */
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

  const save = useRef(draft.saveAll);
  useEffect(() => {
    save.current = draft.saveAll;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s")
        return;
      event.preventDefault();
      void save.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return (
    <>
      <LeaveGuard dirty={draft.changes.length > 0} />
      <div className="grid items-start gap-4 md:grid-cols-[13rem_minmax(0,1fr)]">
        <div className="space-y-3 md:sticky md:top-4">
          <div className="relative">
            <Search
              className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint"
              aria-hidden
            />
            <Input
              type="search"
              aria-label="Search settings"
              placeholder="Search settings"
              className="pl-8"
              value={search}
              onChange={(event) => void setSearch(event.target.value || null)}
            />
          </div>
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

function matches({ section, field }: Field, sections: Sections, terms: string[]): boolean {
  const about = sections[section];
  const { title = "", description = "" } = about.fields[field] ?? {};
  const text = [about.title, section, field, title, description].join(" ").toLowerCase();
  return terms.every((word) => text.includes(word));
}

type NavProps = {
  sections: Sections;
  draft: ConfigDraft;
  current: SectionName | null;
  onOpen: (name: SectionName) => void;
};
/** Buttons and no links: unsaved changes go along from section to section. */
function SectionNav({ sections, draft, current, onOpen }: NavProps) {
  const dirty = new Set(draft.changes.map((change) => change.section));
  return (
    <nav aria-label="Settings sections">
      <ul className="hidden space-y-0.5 md:block">
        {namesOf(sections).map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-current={name === current ? "page" : undefined}
              onClick={() => onOpen(name)}
              className={cn(
                "flex h-8 w-full items-center justify-between rounded-md px-2.5 text-left text-sm transition-colors duration-100",
                name === current ? "bg-raised font-medium text-text" : "text-muted hover:bg-raised hover:text-text",
              )}
            >
              {sections[name].title}
              {dirty.has(name) ? (
                <span role="img" aria-label="has unsaved changes" className="size-2 rounded-full bg-accent" />
              ) : null}
            </button>
          </li>
        ))}
      </ul>
      <Select
        className="md:hidden"
        aria-label="Section"
        value={current ?? ""}
        onChange={(event) => onOpen(event.target.value as SectionName)}
      >
        {current === null ? <option value="">Search results</option> : null}
        {namesOf(sections).map((name) => (
          <option key={name} value={name}>
            {sections[name].title}
            {dirty.has(name) ? " (unsaved)" : ""}
          </option>
        ))}
      </Select>
    </nav>
  );
}

type Tab = "settings" | "history";
type HeadProps = { section: SectionName; about: Section; tab: Tab; onTab: (tab: Tab) => void; draft: ConfigDraft };
function SectionHead({ section, about, tab, onTab, draft }: HeadProps) {
  const reset = useResetSection();
  const undo = useUndoChange();
  const { title, help, defaults } = about;
  const { values, version } = draft.draft.base[section];
  const restore = () =>
    reset.mutate(section, {
      onError: (error) => errorToast(error),
      onSuccess: (next) =>
        toast.success(`${title} restored to defaults`, {
          action: {
            label: "Undo",
            onClick: () => undo.mutate({ section, version: next.version }, { onError: (error) => errorToast(error) }),
          },
        }),
    });
  return (
    <header className="flex flex-wrap items-end justify-between gap-3">
      <div>
        <h2 className="font-semibold text-base">{title}</h2>
        <p className="text-[13px] text-muted">{help}</p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" loading={reset.isPending} disabled={same(values, defaults)} onClick={restore}>
          <RotateCcw />
          Restore defaults
        </Button>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws what two buttons do not need */}
        <div role="group" aria-label="View" className="flex rounded-md border border-line p-0.5">
          {(["settings", "history"] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === tab}
              onClick={() => onTab(one)}
              className={cn(
                "h-6 rounded px-2 text-[13px] capitalize transition-colors duration-100",
                one === tab ? "bg-raised font-medium text-text" : "text-muted hover:text-text",
              )}
            >
              {one}
              {one === "history" && version > 0 ? <span className="tnum text-faint"> {version}</span> : null}
            </button>
          ))}
        </div>
      </div>
    </header>
  );
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
