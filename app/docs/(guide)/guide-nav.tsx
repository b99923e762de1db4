"use client";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
import { SearchInput } from "@/app/_ui/search-input";
import { NavLink } from "../nav-link";

type NavPage = { label: string; href: string; headings: { id: string; text: string }[] };
type NavGroup = { title: string; pages: NavPage[] };

const hasAll = (text: string, terms: readonly string[]) => terms.every((term) => text.toLowerCase().includes(term));

/** Returns the groups with those pages and sections whose names contain every term. */
function matching(groups: readonly NavGroup[], terms: readonly string[]): NavGroup[] {
  return groups
    .map(({ title, pages }) => ({
      title,
      pages: pages
        .map((page) => ({
          ...page,
          headings: page.headings.filter(({ text }) => hasAll(`${page.label} ${text}`, terms)),
        }))
        .filter((page) => page.headings.length > 0 || hasAll(page.label, terms)),
    }))
    .filter(({ pages }) => pages.length > 0);
}

const searchPath = (text: string) => `/docs/search?q=${encodeURIComponent(text.trim())}`;

/** The pages by task, with a search field. `/` focuses it; Enter searches the texts of all pages. */
export function GuideNav({ groups }: { groups: NavGroup[] }) {
  const [search, setSearch] = useState("");
  const pathname = usePathname();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const terms = useMemo(() => search.toLowerCase().split(/\s+/).filter(Boolean), [search]);
  const found = useMemo(() => (terms.length > 0 ? matching(groups, terms) : groups), [groups, terms]);
  useEffect(() => {
    const focusSearch = (event: KeyboardEvent) => {
      const isTyping = (event.target as HTMLElement).matches("input, textarea, select, [contenteditable]");
      const field = form.current?.querySelector("input");
      if (event.key !== "/" || isTyping || !field?.checkVisibility()) return;
      event.preventDefault();
      field.focus();
    };
    addEventListener("keydown", focusSearch);
    return () => removeEventListener("keydown", focusSearch);
  }, []);
  return (
    <nav aria-label="Documentation" className="flex min-h-0 flex-1 flex-col">
      <form
        ref={form}
        aria-label="Search the documentation"
        className="p-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (terms.length > 0) router.push(searchPath(search));
        }}
      >
        <SearchInput
          aria-label="Search documentation"
          placeholder="Search, or press /"
          value={search}
          onText={setSearch}
        />
      </form>
      <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
        {terms.length > 0 ? (
          <Link
            href={searchPath(search)}
            prefetch={false}
            className="block px-2 pb-2 text-[13px] text-accent underline"
          >
            Search all texts for “{search.trim()}”
          </Link>
        ) : null}
        {found.map(({ title, pages }) => (
          <section key={title} className="mb-3">
            <h2 className="px-2 pb-1 font-medium text-[12px] text-faint">{title}</h2>
            {pages.map((page) => (
              <PageLink key={page.href} page={page} current={pathname === page.href} isSearching={terms.length > 0} />
            ))}
          </section>
        ))}
      </div>
    </nav>
  );
}

function PageLink({ page, current, isSearching }: { page: NavPage; current: boolean; isSearching: boolean }) {
  return (
    <>
      <NavLink href={page.href} isCurrent={current}>
        {page.label}
      </NavLink>
      {/* Shows the sections of the open page, or of every page with a search result. */}
      {(current || isSearching) && page.headings.length > 0 ? (
        <ul className="mb-1">
          {page.headings.map(({ id, text }) => (
            <li key={id}>
              <Link
                href={`${page.href}#${id}`}
                prefetch={false}
                className="block rounded px-2 py-1 pl-5 text-[13px] text-muted hover:bg-raised hover:text-text"
              >
                {text}
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
