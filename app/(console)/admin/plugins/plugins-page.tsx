"use client";
import { FolderSearch, Puzzle } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { CodeBlock } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";
import { EmptyState, StaleNote } from "@/app/_ui/empty-state";
import { PageHeader } from "@/app/_ui/page-header";
import { errorToast, toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import { type PageData, readPageData } from "@/lib/client/page-data";
import { countText } from "@/lib/core/format/units";
import type { Plugin } from "@/lib/operations/plugins/contract";
import { usePlugins, useRescanPlugins } from "@/lib/operations/plugins/queries";
import { PluginActions } from "./actions";
import { hookLabel, STATE_TONE, span } from "./labels";

/** Lists every plugin with its description, its state and the buttons that enable or disable it. */
export function PluginsPage({ initial: given }: { initial: PageData<Plugin[]> }) {
  const initial = useMemo(() => readPageData(given), [given]);
  const query = usePlugins(initial);
  const rescan = useRescanPlugins();
  const { plugins } = query.data;
  const look = (
    <Button
      loading={rescan.isPending}
      onClick={() =>
        rescan.mutate(undefined, {
          onSuccess: ({ count }) => toast.success(countText(count, "plugin found", "plugins found")),
          onError: (error) => errorToast(error),
        })
      }
    >
      <FolderSearch />
      Check for new plugins
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Plugins"
        description="Small programs that react to events on this server. Each runs in its own process. Its figures count since it was last enabled or reloaded, or since the server started."
        actions={
          <>
            <WriteOne />
            {look}
          </>
        }
      />
      {query.isError ? <StaleNote message={errorText(query.error)} onRetry={() => void query.refetch()} /> : null}
      {plugins.length === 0 ? (
        <Card>
          <EmptyState
            icon={<Puzzle />}
            title="No plugins yet"
            description="A plugin is a folder in plugins/ with a plugin.json and an index.mjs. Add one, then check for new plugins."
            action={<WriteOne primary />}
          />
        </Card>
      ) : (
        <ul aria-label="Plugins" className="grid gap-4 lg:grid-cols-2 2xl:grid-cols-3">
          {plugins.map((plugin) => (
            <li key={plugin.name} className="min-w-0">
              <PluginCard plugin={plugin} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function PluginCard({ plugin }: { plugin: Plugin }) {
  const { name, version, author, description, state, problem, hooks, stats } = plugin;
  return (
    <Card className="flex h-full flex-col">
      <div className="flex-1 space-y-2 px-4 py-3">
        <div className="flex items-start justify-between gap-3">
          <h2 className="min-w-0 break-words font-semibold">
            <Link href={`/admin/plugins/${name}`} className="hover:underline">
              {name}
            </Link>
            {version ? <span className="tnum ml-2 font-normal text-faint text-xs">{version}</span> : null}
          </h2>
          <StatusDot status={state} tone={STATE_TONE[state]} className="text-[13px]" />
        </div>
        <p className="text-muted text-sm">{description}</p>
        {problem ? (
          <p className="break-words rounded-md bg-bad-soft px-2 py-1 text-[13px] text-bad">{problem}</p>
        ) : null}
        <p className="flex flex-wrap items-center gap-1">
          <span className="text-faint text-xs">Receives</span>
          {hooks.map((hook) => (
            <Badge key={hook}>{hookLabel(hook)}</Badge>
          ))}
        </p>
        {author ? <p className="text-faint text-xs">by {author}</p> : null}
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-t px-4 py-2">
        <p className="tnum text-[13px] text-muted">
          {countText(stats.calls, "call")}
          {" · "}
          <span className={stats.errors > 0 ? "text-bad" : undefined}>{countText(stats.errors, "error")}</span>
          {" · "}
          {span(stats.time_ms)} in calls
        </p>
        <div className="flex gap-2">
          <PluginActions plugin={plugin} />
        </div>
      </div>
    </Card>
  );
}

const MANIFEST = `{
  "name": "hello",
  "version": "1.0.0",
  "description": "Says hello to its log.",
  "author": "You",
  "hooks": ["message"],
  "permissions": []
}`;
const CODE = `export function message({ message }, ctx) {
  ctx.log(\`\${message.author_name} said \${message.message}\`);
}`;

function WriteOne({ primary }: { primary?: boolean }) {
  return (
    <Dialog
      trigger={<Button variant={primary ? "primary" : "default"}>Write a plugin</Button>}
      title="Write a plugin"
      description="Create these two files in a folder in plugins/, then check for new plugins. docs/plugins.md describes all hooks and calls."
    >
      <div className="space-y-3 text-sm">
        <p className="font-medium">plugins/hello/plugin.json</p>
        <CodeBlock code={MANIFEST} />
        <p className="font-medium">plugins/hello/index.mjs</p>
        <CodeBlock code={CODE} />
      </div>
    </Dialog>
  );
}
