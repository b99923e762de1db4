"use client";
import { Undo2 } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import type { ConfigChange, SectionName } from "@/lib/core/settings/contract";
import { useSectionHistory, useUndoChange } from "@/lib/core/settings/queries";
import { ChangeView } from "./change-view";
import type { Section } from "./schema";

const ACTIONS: Record<ConfigChange["action"], string> = { update: "changed", reset: "reset", undo: "reverted" };

type Props = { section: SectionName; about: Section };

/** The changes of a section with their author and time; each has a button that reverts it. */
export function HistoryTab({ section, about }: Props) {
  const history = useSectionHistory(section);
  return (
    <Card>
      <QueryState
        query={history}
        data={history.data?.pages.flatMap((page) => page.history)}
        failure="The history could not be loaded"
        loading={<SkeletonRows rows={4} columns={3} />}
        empty={
          <EmptyState
            title="No changes yet"
            description={`${about.title} uses the default values. Changes appear here, and you can undo them.`}
          />
        }
      >
        {(changes) => (
          <ol>
            {changes.map((change) => (
              <Change key={change.version} change={change} section={section} about={about} />
            ))}
          </ol>
        )}
      </QueryState>
      {history.hasNextPage ? (
        <div className="border-line border-t p-3 text-center">
          <Button loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            Load older changes
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function Change({ change, section, about }: Props & { change: ConfigChange }) {
  const undo = useUndoChange();
  const revert = () =>
    undo.mutate(
      { section, version: change.version },
      {
        onSuccess: () => toast.success(`Version ${change.version} reverted`),
        onError: (error) => errorToast(error),
      },
    );
  return (
    <li className="border-line border-b px-4 py-3 last:border-b-0">
      <div className="flex items-start justify-between gap-2">
        <p className="text-sm">
          <span className="font-medium">
            <bdi>{change.by.username}</bdi>
          </span>{" "}
          {change.undoes === null ? ACTIONS[change.action] : `reverted version ${change.undoes}`}{" "}
          <TimeAgo at={change.at} className="text-muted" /> <Badge className="tnum">v{change.version}</Badge>
        </p>
        <Button size="sm" aria-label={`Undo version ${change.version}`} loading={undo.isPending} onClick={revert}>
          <Undo2 />
          Undo
        </Button>
      </div>
      <dl className="mt-2 space-y-2">
        {Object.entries(change.changes).map(([field, { old, new: next }]) => (
          <div key={field} className="grid gap-1 md:grid-cols-[minmax(0,12rem)_minmax(0,1fr)]">
            <dt className="text-[13px] text-muted">{about.fields[field]?.title ?? field}</dt>
            <dd>
              <ChangeView old={old} next={next} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
