"use client";
import { usePathname, useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { SearchInput } from "@/app/_ui/search-input";
import { NavLink } from "../nav-link";
import { operationPath } from "./operation-path";

type NavEntry = { id: string; method: string; path: string; summary: string };
type NavGroup = { tag: string; slug: string; entries: NavEntry[] };

/**
 * Returns the groups with those operations that contain every term in method, path, summary or group. Empty groups are
 * left out.
 */
function matching(groups: readonly NavGroup[], terms: readonly string[]): NavGroup[] {
  return groups
    .map((group) => ({
      ...group,
      entries: group.entries.filter((entry) => {
        const text = `${entry.method} ${entry.path} ${entry.summary} ${group.tag}`.toLowerCase();
        return terms.every((word) => text.includes(word));
      }),
    }))
    .filter((group) => group.entries.length > 0);
}

/** The list of operations with a search field. Enter opens the first match. */
export function DocsNav({ groups }: { groups: NavGroup[] }) {
  const [search, setSearch] = useState("");
  const pathname = usePathname();
  const router = useRouter();
  const terms = useMemo(() => search.toLowerCase().split(/\s+/).filter(Boolean), [search]);
  const found = useMemo(() => matching(groups, terms), [groups, terms]);
  return (
    <nav aria-label="Operations" className="flex min-h-0 flex-1 flex-col">
      <form
        aria-label="Find an operation"
        className="p-3"
        onSubmit={(event) => {
          event.preventDefault();
          const first = found[0];
          const entry = first?.entries[0];
          if (first && entry) router.push(operationPath(first, entry));
        }}
      >
        <SearchInput aria-label="Search operations" placeholder="Search operations" value={search} onText={setSearch} />
      </form>
      <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
        {found.length === 0 ? <p className="px-2 text-muted">No operation matches “{search}”.</p> : null}
        {found.map((group) => (
          <Operations key={group.slug} group={group} path={pathname} isSearching={terms.length > 0} />
        ))}
      </div>
    </nav>
  );
}

type OperationsProps = { group: NavGroup; path: string; isSearching: boolean };

function Operations({ group, path, isSearching }: OperationsProps) {
  const href = `/docs/api/${group.slug}`;
  const isOpen = path === href || path.startsWith(`${href}/`);
  return (
    <section className="mb-1">
      <NavLink href={href} isCurrent={path === href}>
        {group.tag}
      </NavLink>
      {/* Shows the operations of the open group, or of every group with a search result. */}
      {isOpen || isSearching ? (
        <ul className="mb-2">
          {group.entries.map((entry) => (
            <li key={entry.id}>
              <NavLink
                href={operationPath(group, entry)}
                title={`${entry.method} ${entry.path}`}
                isCurrent={path === operationPath(group, entry)}
              >
                <span className="w-12 shrink-0 font-mono text-[11px] text-faint">{entry.method}</span>
                <span className="min-w-0 truncate">{entry.summary}</span>
              </NavLink>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
