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
import type { SavedView } from "@/lib/fleet/views/contract";
import { type NewView, usePinView, useRemoveView, useViews } from "@/lib/fleet/views/queries";
import { useOwnTeams } from "@/lib/identity/teams/queries";
import { botsAddress } from "../../_shared/bots-address";
import { SORT_LABELS } from "./filters";
import { EditViewDialog } from "./save-view";

type ViewsDialogProps = {
  userId: number;
  /** The present filter and its address. */
  filter: NewView["filter"];
  address: string;
  onClose: () => void;
};

/** Lists the person's views to open, pin, edit and delete them. */
export default function ViewsDialog({ userId, filter, address, onClose }: ViewsDialogProps) {
  const list = useViews();
  const views = list.data?.pages.flatMap((page) => page.views);
  const [editedId, setEditedId] = useState<string>();
  const edited = views?.find(({ view_id }) => view_id === editedId);
  if (edited) {
    const isOther = address !== botsAddress({}) && address !== botsAddress(edited.filter);
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
        empty={
          <EmptyState
            title="No saved views"
            description="Filter or sort the list of bots, and then choose Save view to keep that under a name."
          />
        }
      >
        {(rows) => (
          <ul aria-label="Views" className="-my-2">
            {rows.map((view) => (
              <Row
                key={view.view_id}
                view={view}
                isCurrent={botsAddress(view.filter) === address}
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
  const { view_id, name, filter, team_id, pinned, can_manage } = view;
  const pin = usePinView();
  const team = useOwnTeams().find(({ id }) => id === team_id);
  const verb = pinned ? "Unpin" : "Pin";
  return (
    <li className="flex items-center gap-1.5 border-line border-b py-2 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="flex min-w-0 items-center gap-2">
          <Link
            href={botsAddress(filter)}
            onClick={onOpen}
            aria-current={isCurrent ? "true" : undefined}
            className="min-w-0 truncate font-medium text-sm hover:underline aria-[current]:text-accent"
          >
            <bdi>{name}</bdi>
          </Link>
          {team ? <Badge className="ui:max-w-32 truncate">{team.name}</Badge> : null}
        </p>
        <p className="break-words text-[13px] text-muted">{filterText(filter)}</p>
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

function ManageButtons({ view: { view_id, name, team_id }, onEdit }: Pick<RowProps, "view" | "onEdit">) {
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
            ? "It leaves your sidebar. No bot changes."
            : "It disappears for every member of the team. No bot changes."
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

/** Describes a filter: "tag night, offline, sorted by last seen". */
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
