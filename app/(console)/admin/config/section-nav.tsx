"use client";
import { cn } from "@/app/_ui/cn";
import { Select } from "@/app/_ui/input";
import type { SectionName } from "@/lib/core/settings/contract";
import { namesOf } from "./draft";
import type { Sections } from "./schema";
import type { ConfigDraft } from "./use-config-draft";

type NavProps = {
  sections: Sections;
  draft: ConfigDraft;
  current: SectionName | null;
  onOpen: (name: SectionName) => void;
};

/** Uses buttons instead of links, so that moving to another section keeps the unsaved changes. */
export function SectionNav({ sections, draft, current, onOpen }: NavProps) {
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
