"use client";
import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle, Stat } from "@/app/_ui/card";
import { StaleNote } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { Skeleton } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { errorText } from "@/lib/client/api";
import { type PageData, readPageData } from "@/lib/client/page-data";
import type { PluginDetail, PluginStats } from "@/lib/operations/plugins/contract";
import { usePlugin } from "@/lib/operations/plugins/queries";
import { PluginActions, Reach } from "./actions";
import { STATE_TONE, span } from "./labels";
import { PluginLog } from "./plugin-log";

/** Loaded right after the page: what the form needs depends on the plugin. */
const SettingsForm = lazyPart(
  () => import("./settings-form").then((part) => part.SettingsForm),
  () => <Skeleton className="h-72 rounded-md" />,
);

/** The page of one plugin: its state, permissions, settings and log. */
export function PluginPage({ initial: given }: { initial: PageData<PluginDetail> }) {
  const initial = useMemo(() => readPageData(given), [given]);
  const query = usePlugin(initial);
  const { plugin } = query.data;
  return (
    <>
      <Link
        href="/admin/plugins"
        className="mb-2 inline-flex items-center gap-1 text-[13px] text-muted hover:text-text"
      >
        <ChevronLeft className="size-4" aria-hidden />
        All plugins
      </Link>
      <PageHeader
        title={plugin.name}
        description={
          <>
            {plugin.description}
            <span className="mt-1 flex flex-wrap items-center gap-x-3 text-[13px] text-faint">
              <StatusDot status={plugin.state} tone={STATE_TONE[plugin.state]} />
              {plugin.version ? <span className="tnum">version {plugin.version}</span> : null}
              {plugin.author ? <span>by {plugin.author}</span> : null}
              {plugin.changed_at ? (
                <span>
                  changed <TimeAgo at={plugin.changed_at} />
                </span>
              ) : null}
            </span>
          </>
        }
        actions={<PluginActions plugin={plugin} size="md" />}
      />
      {query.isError ? <StaleNote message={errorText(query.error)} onRetry={() => void query.refetch()} /> : null}
      <div className="space-y-4">
        {plugin.problem ? (
          <p role="alert" className="break-words rounded-md bg-bad-soft px-3 py-2 text-[13px] text-bad">
            {plugin.problem}
          </p>
        ) : null}
        <Figures stats={plugin.stats} />
        <div className="grid gap-4 xl:grid-cols-3">
          <div className="min-w-0 xl:col-span-2">
            <SettingsForm key={plugin.name} plugin={plugin} />
          </div>
          <div className="min-w-0 space-y-4">
            <Card>
              <CardHeader>
                <CardTitle>Permissions</CardTitle>
              </CardHeader>
              <div className="p-4">
                <Reach plugin={plugin} />
              </div>
            </Card>
            <Hooks stats={plugin.stats} />
          </div>
        </div>
        <PluginLog name={plugin.name} />
      </div>
    </>
  );
}

function Figures({ stats }: { stats: PluginStats }) {
  const number = (value: number) => value.toLocaleString("en");
  const { last_error } = stats;
  return (
    <Card aria-label="Figures">
      <div className="grid grid-cols-2 divide-line md:grid-cols-3 xl:grid-cols-6 xl:divide-x">
        <Stat label="Calls" value={number(stats.calls)} note="events passed to it" />
        <Stat
          label="Errors"
          value={number(stats.errors)}
          tone={stats.errors > 0 ? "bad" : undefined}
          note="calls that failed"
        />
        <Stat label="Time in calls" value={span(stats.time_ms)} note="total, incl. waiting" />
        <Stat label="Queued" value={number(stats.queued)} note="events waiting now" />
        <Stat
          label="Dropped"
          value={number(stats.dropped)}
          tone={stats.dropped > 0 ? "warn" : undefined}
          note="events, queue was full"
        />
        <Stat
          label="Restarts"
          value={number(stats.restarts)}
          tone={stats.restarts > 0 ? "warn" : undefined}
          note="after crashes"
        />
      </div>
      <p className="border-line border-t px-4 py-2 text-[13px] text-muted">
        Counted since the plugin was last enabled or reloaded, or since the server started.
      </p>
      {last_error ? (
        <p className="break-words border-line border-t px-4 py-2 text-[13px] text-muted">
          Last error <TimeAgo at={last_error.at} />: <code className="text-bad">{last_error.message}</code>
        </p>
      ) : null}
    </Card>
  );
}

function Hooks({ stats }: { stats: PluginStats }) {
  if (stats.hooks.length === 0) return null;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Calls by hook</CardTitle>
      </CardHeader>
      <Table label="Figures by hook">
        <THead>
          <tr>
            <Th>Hook</Th>
            <Th className="text-right">Calls</Th>
            <Th className="text-right">Errors</Th>
            <Th className="text-right">Time</Th>
          </tr>
        </THead>
        <TBody>
          {stats.hooks.map((one) => (
            <Tr key={one.hook}>
              <Td>{one.hook}</Td>
              <Td className="tnum text-right">{one.calls.toLocaleString("en")}</Td>
              <Td className="tnum text-right">{one.errors.toLocaleString("en")}</Td>
              <Td className="tnum text-right">{span(one.time_ms)}</Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Card>
  );
}
