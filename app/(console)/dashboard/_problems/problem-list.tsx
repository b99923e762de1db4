"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { QueryState } from "@/app/_ui/query-state";
import { TimeAgo } from "@/app/_ui/time";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import { BotLink } from "../_shared/bot-link";
import type { Group } from "./groups";
import { ProblemRows, SHOWN } from "./problem-rows";

type ProblemRow = { text: string; href: string; at: string };

type ProblemListProps<T> = {
  title: string;
  allHref: string;
  query: { data: unknown; isError: boolean; error: unknown; refetch: () => unknown };
  groups: Group<T>[] | undefined;
  row: (group: Group<T>) => ProblemRow;
  /** Names the bots of each group; left out on the page of one bot. */
  hasBots: boolean;
  empty: ReactNode;
  /** How many problems there may be: the placeholder has so many rows. */
  expected?: number;
  /** Shown above the groups. */
  children?: ReactNode;
  /** Says which part of the range the groups are counted from. */
  note?: ReactNode;
};

/** Problems with the same cause, each with how often it occurred, where, and when last. */
export function ProblemList<T>({
  title,
  allHref,
  query,
  groups,
  row,
  hasBots,
  empty,
  children,
  note,
  expected,
}: ProblemListProps<T>) {
  const names = useBotNames(hasBots ? (groups ?? []).slice(0, SHOWN).flatMap(({ botIds }) => botIds.slice(0, 1)) : []);
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>{title}</CardTitle>
        <Link href={allHref} prefetch={false} className="text-[13px] text-accent hover:underline">
          See all
        </Link>
      </CardHeader>
      {children}
      <QueryState
        query={query}
        data={groups}
        failure={`${title} could not be loaded`}
        loading={<ProblemRows expected={expected} />}
        empty={empty}
      >
        {(all) => (
          <ul className="divide-y divide-line">
            {all.slice(0, SHOWN).map((group) => {
              const { text, href, at } = row(group);
              const [first] = group.botIds;
              return (
                <li key={group.key} className="flex min-h-9 items-center gap-3 px-4 py-1 text-sm">
                  <span className="tnum w-12 shrink-0 text-right font-medium">
                    {group.count.toLocaleString("en")} ×
                  </span>
                  <span className="flex min-w-0 flex-1 flex-col sm:flex-row sm:items-center sm:gap-3">
                    <Link
                      href={href}
                      prefetch={false}
                      title={text}
                      className="min-w-0 truncate py-0.5 font-mono text-[13px] hover:text-accent hover:underline"
                    >
                      {text}
                    </Link>
                    {hasBots && first !== undefined ? (
                      <span className="flex min-w-0 max-w-48 shrink-0 items-baseline gap-1 text-[13px] text-muted sm:ml-auto">
                        <BotLink id={first} name={names.get(first)} tab="logs" className="min-w-0" />
                        {group.botIds.length > 1 ? (
                          <span className="shrink-0">and {group.botIds.length - 1} more</span>
                        ) : null}
                      </span>
                    ) : null}
                  </span>
                  <TimeAgo at={at} className="shrink-0 text-[13px] text-faint" />
                </li>
              );
            })}
          </ul>
        )}
      </QueryState>
      {note ? <p className="border-line border-t px-4 py-2 text-faint text-xs">{note}</p> : null}
    </Card>
  );
}
