"use client";
import { Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog, Dialog } from "@/app/_ui/dialog";
import { EmptyState } from "@/app/_ui/empty-state";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { errorToast, toast } from "@/app/_ui/toast";
import { DEFAULT_RANGE } from "@/lib/core/format/time-range";
import type { SavedView } from "@/lib/fleet/views/contract";
import { usePinView, useRemoveView, useViews } from "@/lib/fleet/views/queries";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { SORT_LABELS } from "../sort-labels";
import { useRangeText } from "../time-range/time-range-picker";
import { viewAddress, viewPath } from "./address";
import { keepRangeOf } from "./enter";
import { type PageView, VIEW_TEXTS } from "./page-view";
import { EditViewDialog } from "./save-view";

type ViewsDialogProps = {
  userId: number;
  present: PageView;
  onClose: () => void;
};

/** Lists the person's views of a page to open, pin, edit and delete them. */
export default function ViewsDialog({ userId, present, onClose }: ViewsDialogProps) {
  const { page, filter, address } = present;
  const list = useViews(page);
  const views = list.data?.pages.flatMap((part) => part.views);
  const [editedId, setEditedId] = useState<string>();
  const edited = views?.find(({ view_id }) => view_id === editedId);
  if (edited) {
    const isOther = address !== viewPath(page) && address !== viewAddress(edited);
    return (
      <EditViewDialog
        view={edited}
        userId={userId}
        filter={isOther ? filter : undefined}
        onClose={() => setEditedId(undefined)}
      />
    );
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Views">
      <QueryState
        query={list}
        data={views}
        failure="Views could not be loaded"
        loading={<SkeletonRows rows={3} columns={2} />}
        empty={<EmptyState title="No saved views" description={VIEW_TEXTS[page].start} />}
      >
        {(rows) => (
          <ul aria-label="Views" className="-my-2">
            {rows.map((view) => (
              <Row
                key={view.view_id}
                view={view}
                isCurrent={viewAddress(view) === address}
                onOpen={onClose}
                onEdit={() => setEditedId(view.view_id)}
              />
            ))}
          </ul>
        )}
      </QueryState>
      <LoadMore list={list}>Show more views</LoadMore>
    </Dialog>
  );
}

type RowProps = { view: SavedView; isCurrent: boolean; onOpen: () => void; onEdit: () => void };

function Row({ view, isCurrent, onOpen, onEdit }: RowProps) {
  const { view_id, name, team_id, pinned, can_manage } = view;
  const pin = usePinView();
  const team = useOwnTeams().find(({ id }) => id === team_id);
  const verb = pinned ? "Unpin" : "Pin";
  return (
    <li className="flex items-center gap-1.5 border-line border-b py-2 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="flex min-w-0 items-center gap-2">
          <Link
            href={viewAddress(view)}
            onClick={() => {
              keepRangeOf(view);
              onOpen();
            }}
            aria-current={isCurrent ? "true" : undefined}
            className="min-w-0 truncate font-medium text-sm hover:underline aria-[current]:text-accent"
          >
            <bdi>{name}</bdi>
          </Link>
          {team ? <Badge className="ui:max-w-32 truncate">{team.name}</Badge> : null}
        </p>
        <p className="break-words text-[13px] text-muted">
          {view.page === "logs" ? <LogsFilterText filter={view.filter} /> : filterText(view.filter)}
        </p>
      </div>
      <Button
        size="sm"
        icon
        variant="ghost"
        aria-label={`${verb} ${name}`}
        title={pinned ? "Unpin from the sidebar" : "Pin to the sidebar"}
        loading={pin.isPending}
        onClick={() => pin.mutate({ view_id, isPinned: !pinned }, { onError: (error) => errorToast(error) })}
      >
        {pinned ? <PinOff /> : <Pin />}
      </Button>
      {can_manage ? <ManageButtons view={view} onEdit={onEdit} /> : null}
    </li>
  );
}

function ManageButtons({ view: { view_id, name, page, team_id }, onEdit }: Pick<RowProps, "view" | "onEdit">) {
  const remove = useRemoveView();
  return (
    <>
      <Button size="sm" icon variant="ghost" aria-label={`Edit ${name}`} title="Edit" onClick={onEdit}>
        <Pencil />
      </Button>
      <ConfirmDialog
        trigger={
          <Button size="sm" icon variant="ghost" aria-label={`Delete ${name}`} title="Delete">
            <Trash2 />
          </Button>
        }
        title={
          <>
            Delete view <bdi>{name}</bdi>
          </>
        }
        consequence={
          team_id === null
            ? `It leaves your sidebar. ${VIEW_TEXTS[page].kept}`
            : `It disappears for every member of the team. ${VIEW_TEXTS[page].kept}`
        }
        verb="Delete view"
        onConfirm={async () => {
          await remove.mutateAsync(view_id);
          toast.success(`View ${name} deleted`);
        }}
      />
    </>
  );
}

/** Describes a filter of logs by its query and its range of time. */
function LogsFilterText({ filter: { q, from, to, columns } }: Pick<SavedView, "filter">) {
  const range = useRangeText({ from: from ?? DEFAULT_RANGE.from, to: to ?? DEFAULT_RANGE.to });
  return (
    <>
      {q ? <bdi className="font-mono">{q}</bdi> : "all logs"}, {from || to ? range : "any time"}
      {columns ? `, columns ${columns.split(",").join(", ")}` : null}
    </>
  );
}

/** Describes a filter of bots: "tag night, offline, sorted by last seen". */
function filterText({ search, status, team_id, sort, ...properties }: SavedView["filter"]): string {
  const texts = [
    search && `“${search}”`,
    status && (status === "online" ? "up" : "offline"),
    ...Object.entries(properties).map(([name, value]) => value && `${name} ${value}`),
    team_id !== undefined && "one team",
    sort && `sorted by ${SORT_LABELS[sort].toLowerCase()}`,
  ].filter(Boolean);
  return texts.length > 0 ? texts.join(", ") : "all bots";
}
