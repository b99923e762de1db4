import type { Metadata } from "next";
import Link from "next/link";
import { site } from "@/generated/docs";
import { cutText } from "@/lib/core/format/text";
import { countText } from "@/lib/core/format/units";
import { searchSite } from "../search";

export const metadata: Metadata = { title: "Search the documentation" };

type Props = { searchParams: Promise<{ q?: string | string[] }> };

/** The pages whose text contains every word of a query, the best first. */
export default async function SearchPage({ searchParams }: Props) {
  const { q } = await searchParams;
  const query = cutText(String(q ?? ""), 200, "");
  const results = searchSite(site, query);
  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">Search the documentation</h1>
      <p className="mt-2 text-muted" role="status">
        {results.length > 0
          ? `${countText(results.length, "page")} found for “${query}”.`
          : `No page contains every word of “${query}”. Try fewer words.`}
      </p>
      <ul className="mt-4 max-w-3xl space-y-4">
        {results.map(({ href, title, group, excerpt }) => (
          <li key={href}>
            <Link href={href} prefetch={false} className="font-medium text-accent underline">
              {title}
            </Link>{" "}
            <span className="text-[13px] text-faint">{group}</span>
            <p className="text-[13px] text-muted">{excerpt}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
