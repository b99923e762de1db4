"use client";
import { History } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import type { useAudit } from "@/lib/identity/audit/queries";
import { actionName, callerName, OUTCOME_TONE, targetName } from "./names";

const EntryPanel = lazyPart(() => import("./entry-panel").then((part) => part.EntryPanel));

type EntryListProps = {
  list: ReturnType<typeof useAudit>;
  /** Names in one sentence the entries that will appear; shown while there are none. */
  empty: string;
  /** Set when filters may hide entries. */
  onClear?: () => void;
  areaClassName?: string;
};

/** Entries of the audit log, newest first, with a panel for the details of one. */
export function EntryList({ list, empty, onClear, areaClassName }: EntryListProps) {
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  const entries = list.data?.pages.flatMap((page) => page.entries);
  // A page of a search may hold no entries although more follow: the list is not empty then.
  const isSearching = entries?.length === 0 && list.hasNextPage;
  return (
    <>
      <QueryState
        query={list}
        data={entries}
        failure="The audit log could not be loaded"
        loading={<SkeletonRows rows={10} columns={5} />}
        empty={
          <EmptyState
            icon={<History />}
            title={isSearching ? "No match yet" : onClear ? "No entries match" : "No entries yet"}
            description={
              isSearching
                ? "Older entries have not been searched."
                : onClear
                  ? "Change or clear the filters to see more entries."
                  : empty
            }
            filterHint={onClear && { onClear }}
          />
        }
      >
        {(rows) => <EntryTable rows={rows} opened={opened} onOpen={setOpened} areaClassName={areaClassName} />}
      </QueryState>
      <LoadMore list={list}>{isSearching ? "Search older entries" : "Load more"}</LoadMore>
      {opened ? <EntryPanel entry={opened} onClose={() => setOpened(null)} /> : null}
    </>
  );
}

type EntryTableProps = {
  rows: readonly AuditEntry[];
  opened: AuditEntry | null;
  onOpen: (entry: AuditEntry) => void;
  areaClassName?: string;
};

function EntryTable({ rows, opened, onOpen, areaClassName }: EntryTableProps) {
  return (
    <Table label="Audit log" areaClassName={areaClassName}>
      <THead>
        <tr>
          <Th>Action</Th>
          <Th className="max-sm:hidden">By</Th>
          <Th className="max-md:hidden">Target</Th>
          <Th>Outcome</Th>
          <Th className="max-xl:hidden">Address</Th>
          <Th>Time</Th>
        </tr>
      </THead>
      <TBody>
        {rows.map((entry) => (
          <Tr key={entry.id} data-selected={entry.id === opened?.id}>
            <Td className="max-w-56 truncate font-medium">
              <button type="button" className="max-w-full truncate hover:underline" onClick={() => onOpen(entry)}>
                {actionName(entry.action)}
              </button>
              <span className="block truncate font-normal text-muted text-xs sm:hidden">{callerName(entry.by)}</span>
            </Td>
            <Td className="max-w-40 truncate max-sm:hidden">{callerName(entry.by)}</Td>
            <Td className="max-w-64 truncate text-muted max-md:hidden">{targetName(entry) ?? "–"}</Td>
            <Td>
              <Badge tone={OUTCOME_TONE[entry.outcome]}>{entry.outcome}</Badge>
            </Td>
            <Td className="font-mono text-[13px] text-muted max-xl:hidden">{entry.from.address ?? "–"}</Td>
            <Td className="text-muted">
              <TimeAgo at={entry.at} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}
