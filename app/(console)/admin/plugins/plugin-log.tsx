"use client";
import { ScrollText } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import type { PluginLogLine } from "@/lib/operations/plugins/contract";
import { usePluginLog } from "@/lib/operations/plugins/queries";

const TONE = { debug: "neutral", info: "neutral", warning: "warn", error: "bad" } as const;

/** The plugin's output and errors, newest first. */
export function PluginLog({ name }: { name: string }) {
  const log = usePluginLog(name);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Log</CardTitle>
        <span className="text-[13px] text-faint">newest first, the last 1,000 lines</span>
      </CardHeader>
      <QueryState
        query={log}
        data={log.data?.pages.flatMap((page) => page.lines)}
        failure="The log could not be loaded"
        loading={<SkeletonRows rows={4} columns={2} />}
        empty={
          <EmptyState
            icon={<ScrollText />}
            title="No log lines yet"
            description="Lines that the plugin writes with ctx.log appear here, and so do its errors."
          />
        }
      >
        {(lines) => (
          <ol
            role="log"
            aria-label={`Log of ${name}`}
            aria-live="polite"
            className="max-h-[28rem] overflow-y-auto py-1"
          >
            {lines.map((line) => (
              <Line key={line.id} line={line} />
            ))}
          </ol>
        )}
      </QueryState>
      {log.hasNextPage ? (
        <div className="border-line border-t px-4 py-2">
          <Button size="sm" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            Load older lines
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function Line({ line }: { line: PluginLogLine }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 px-4 py-0.5 text-[13px] hover:bg-raised/60">
      <TimeAgo at={line.timestamp} className="tnum w-24 shrink-0 text-faint" />
      <span className="w-16 shrink-0">
        <Badge tone={TONE[line.level]}>{line.level}</Badge>
      </span>
      <code className="min-w-0 flex-1 basis-60 whitespace-pre-wrap break-words">{line.message}</code>
    </li>
  );
}
