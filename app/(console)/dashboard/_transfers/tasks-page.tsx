"use client";
import { Download, Plus, X } from "lucide-react";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState, ErrorState, StaleNote } from "@/app/_ui/empty-state";
import { Input, Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { Skeleton } from "@/app/_ui/skeleton";
import { useDebounced } from "@/app/(console)/dashboard/_shared/hooks";
import { errorText } from "@/lib/client/api";
import { TASK_STATUSES } from "@/lib/operations/transfers/contract.constants";
import { TASK_PAGE, useTasks, useTasksLive } from "@/lib/operations/transfers/queries";
import { statusLabel } from "./labels";
import { TaskRow } from "./task-row";

const DownloadDialog = lazyPart(() => import("./download-dialog"));

/** Every transfer the caller may see, filtered in the address (`?status=&search=&page=`), live. */
export function TasksPage() {
  const speeds = useTasksLive();
  const [adding, setAdding] = useState(false);
  const [state, setState] = useQueryStates(
    {
      status: parseAsStringLiteral(TASK_STATUSES),
      search: parseAsString.withDefault(""),
      page: parseAsInteger.withDefault(1),
    },
    { history: "replace" },
  );
  const search = useDebounced(state.search.trim());
  const page = Math.max(1, state.page);
  const query = useTasks({ status: state.status ?? undefined, search: search || undefined, page });
  const filtered = Boolean(state.status || search);
  const clear = () => void setState({ status: null, search: null, page: null });
  const add = (
    <Button variant="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden /> New download
    </Button>
  );
  const { data } = query;
  const pages = data ? Math.max(1, Math.ceil(data.total / TASK_PAGE)) : 1;
  return (
    <>
      <PageHeader
        title="Transfers"
        description="Files this server downloads, and where it sends them. Updated live."
        actions={add}
      />
      <search className="mb-3 flex flex-wrap items-center gap-2">
        <Select
          aria-label="Status"
          className="min-w-32 flex-1 sm:w-40 sm:flex-none"
          value={state.status ?? ""}
          onChange={(event) =>
            void setState({ status: (event.target.value || null) as typeof state.status, page: null })
          }
        >
          <option value="">Any status</option>
          {TASK_STATUSES.map((status) => (
            <option key={status} value={status}>
              {statusLabel(status)}
            </option>
          ))}
        </Select>
        <Input
          type="search"
          aria-label="Search transfers"
          placeholder="Name or address"
          className="min-w-40 flex-[2] sm:w-64 sm:flex-none"
          maxLength={200}
          value={state.search}
          onChange={(event) => void setState({ search: event.target.value || null, page: null })}
        />
        {filtered ? (
          <Button variant="ghost" onClick={clear}>
            <X aria-hidden /> Clear
          </Button>
        ) : null}
      </search>
      <Card>
        {query.isError && data ? (
          <StaleNote message={errorText(query.error)} onRetry={() => void query.refetch()} />
        ) : null}
        {data === undefined ? (
          query.isError ? (
            <ErrorState
              title="Transfers could not be loaded"
              message={errorText(query.error)}
              onRetry={() => void query.refetch()}
            />
          ) : (
            <div aria-busy="true" className="space-y-3 p-4">
              {[0, 1, 2].map((row) => (
                <Skeleton key={row} className="h-16 w-full" />
              ))}
            </div>
          )
        ) : data.tasks.length === 0 ? (
          filtered ? (
            <EmptyState title="No transfers match" filterHint={{ onClear: clear }} />
          ) : (
            <EmptyState
              icon={<Download />}
              title="No transfers yet"
              description="Start a download and the server fetches it in the background. It continues after a server restart."
              action={add}
            />
          )
        ) : (
          <ul aria-label="Transfers">
            {data.tasks.map((task) => (
              <TaskRow key={task.id} task={task} speeds={speeds.get(task.id) ?? []} />
            ))}
          </ul>
        )}
      </Card>
      {pages > 1 ? (
        <nav aria-label="Pages" className="mt-3 flex items-center justify-end gap-2 text-[13px] text-muted">
          <Button size="sm" disabled={page <= 1} onClick={() => void setState({ page: page - 1 })}>
            Newer
          </Button>
          <span className="tnum">
            {page} of {pages}
          </span>
          <Button size="sm" disabled={page >= pages} onClick={() => void setState({ page: page + 1 })}>
            Older
          </Button>
        </nav>
      ) : null}
      {adding ? <DownloadDialog onClose={() => setAdding(false)} /> : null}
    </>
  );
}
