import type { DocGroup } from "@/generated/docs";
import { cutText } from "@/lib/core/format/text";

type Result = { href: string; title: string; group: string; excerpt: string; score: number };

/** Characters that an excerpt shows before the first word found. */
const BEFORE = 60;

/**
 * Searches the texts of all pages. A page is found if it contains every word, in any order and without case; words in its
 * title count ten times, those in headings five times. Returns at most 20 pages, the best first.
 */
export function searchSite(site: readonly DocGroup[], query: string): Result[] {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10);
  if (terms.length === 0) return [];
  const results = site.flatMap(({ title: group, pages }) =>
    pages.flatMap(({ href, label, page }): Result[] => {
      const title = (page?.title ?? label).toLowerCase();
      const text = page?.text ?? label;
      const lower = text.toLowerCase();
      const headings = (page?.headings ?? []).map((heading) => heading.text.toLowerCase()).join("\n");
      if (!terms.every((term) => lower.includes(term) || title.includes(term))) return [];
      const count = (term: string) => Math.min(lower.split(term).length - 1, 10);
      const score = terms.reduce(
        (sum, term) => sum + count(term) + (title.includes(term) ? 10 : 0) + (headings.includes(term) ? 5 : 0),
        0,
      );
      const first = Math.max(0, Math.min(...terms.map((term) => lower.indexOf(term)).filter((at) => at >= 0)) - BEFORE);
      const start = first === 0 ? 0 : text.indexOf(" ", first) + 1;
      const excerpt = `${start > 0 ? "… " : ""}${cutText(text.slice(start), 220)}`;
      return [{ href, title: page?.title ?? label, group, excerpt, score }];
    }),
  );
  return results.sort((left, right) => right.score - left.score).slice(0, 20);
}
