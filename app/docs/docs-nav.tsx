"use client";
import { Search } from "lucide-react";
import { useMemo, useState } from "react";
import { Input } from "@/app/_ui/input";

type NavEntry = { id: string; method: string; path: string; summary: string; tag: string };

function matches(entry: NavEntry, words: string[]): boolean {
  const text = `${entry.method} ${entry.path} ${entry.summary} ${entry.tag}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The list of operations with its search; Enter goes to the first that matches. */
export function DocsNav({ entries }: { entries: NavEntry[] }) {
  const [search, setSearch] = useState("");
  const groups = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const byTag = new Map<string, NavEntry[]>();
    for (const entry of entries) {
      if (matches(entry, words)) byTag.set(entry.tag, [...(byTag.get(entry.tag) ?? []), entry]);
    }
    return [...byTag];
  }, [entries, search]);
  return (
    <nav aria-label="Operations" className="flex min-h-0 flex-1 flex-col">
      <form
        aria-label="Find an operation"
        className="relative p-3"
        onSubmit={(event) => {
          event.preventDefault();
          const first = groups[0]?.[1][0];
          if (first) window.location.hash = first.id;
        }}
      >
        <Search className="absolute top-5.5 left-5.5 size-4 text-faint" aria-hidden />
        <Input
          type="search"
          aria-label="Search operations"
          placeholder="Search operations"
          className="pl-8"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </form>
      <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
        {groups.length === 0 ? <p className="px-2 text-muted">No operation matches “{search}”.</p> : null}
        {groups.map(([tag, members]) => (
          <section key={tag} className="mb-4">
            <h2 className="px-2 pb-1 font-medium text-faint text-xs first-letter:uppercase">{tag}</h2>
            <ul>
              {members.map((entry) => (
                <li key={entry.id}>
                  <a
                    href={`#${entry.id}`}
                    title={`${entry.method} ${entry.path}`}
                    className="flex items-baseline gap-2 rounded px-2 py-1 text-[13px] text-muted hover:bg-raised hover:text-text"
                  >
                    <span className="w-12 shrink-0 font-mono text-[11px] text-faint">{entry.method}</span>
                    <span className="min-w-0 truncate">{entry.summary}</span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
}
