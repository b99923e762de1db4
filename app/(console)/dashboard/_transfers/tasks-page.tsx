"use client";
import { Download, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton } from "@/app/_ui/skeleton";
import { TASK_PAGE, useTasks, useTasksLive } from "@/lib/operations/transfers/queries";
import { TaskFilters, useTaskFilters } from "./task-filters";
import { TaskRow } from "./task-row";

const DownloadDialog = lazyPart(() => import("./download-dialog"));

/**
 * Every transfer the caller may see, filtered in the address (`?status=&search=&page=`), live. Without `mayStart` nothing
 * offers to start one.
 */
export function TasksPage({ mayStart }: { mayStart: boolean }) {
  const speeds = useTasksLive();
  const [adding, setAdding] = useState(false);
  const filter = useTaskFilters();
  const query = useTasks(filter.filters);
  const { page } = filter.filters;
  const pages = query.data ? Math.max(1, Math.ceil(query.data.total / TASK_PAGE)) : 1;
  const add = mayStart ? (
    <Button variant="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden /> New download
    </Button>
  ) : null;
  return (
    <>
      <PageHeader
        title="Transfers"
        description="Files this server downloads, and where it sends them. Updated live."
        actions={add}
      />
      <TaskFilters filter={filter} />
      <Card>
        <QueryState
          query={query}
          data={query.data?.tasks}
          failure="Transfers could not be loaded"
          loading={<TasksSkeleton />}
          empty={<NoTasks onClear={filter.isFiltered ? filter.clear : undefined} action={add} />}
        >
          {(tasks) => (
            <ul aria-label="Transfers">
              {tasks.map((task) => (
                <TaskRow key={task.id} task={task} speeds={speeds.get(task.id) ?? []} />
              ))}
            </ul>
          )}
        </QueryState>
      </Card>
      {pages > 1 ? <Pages page={page} pages={pages} onPage={(next) => void filter.set({ page: next })} /> : null}
      {adding ? <DownloadDialog onClose={() => setAdding(false)} /> : null}
    </>
  );
}

function TasksSkeleton() {
  return (
    <div aria-busy="true" className="space-y-3 p-4">
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} className="h-16 w-full" />
      ))}
    </div>
  );
}

/** `onClear`: set when filters hide everything. */
function NoTasks({ onClear, action }: { onClear?: () => void; action: ReactNode }) {
  if (onClear) return <EmptyState title="No transfers match" filterHint={{ onClear }} />;
  return (
    <EmptyState
      icon={<Download />}
      title="No transfers yet"
      description={
        action
          ? "Start a download and the server fetches it in the background. It continues after a server restart."
          : "Your role cannot start transfers on this server. Ask an admin."
      }
      action={action}
    />
  );
}

function Pages({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  return (
    <nav aria-label="Pages" className="mt-3 flex items-center justify-end gap-2 text-[13px] text-muted">
      <Button size="sm" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        Newer
      </Button>
      <span className="tnum">
        {page} of {pages}
      </span>
      <Button size="sm" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        Older
      </Button>
    </nav>
  );
}
