"use client";
import { Link2, LocateFixed } from "lucide-react";
import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { CodeBlock, CopyButton } from "@/app/_ui/code-block";
import { JsonView } from "@/app/_ui/json-view";
import { TimeAgo } from "@/app/_ui/time";
import { FullTime } from "@/app/_ui/time-format";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { BotLink } from "../_shared/bot-link";
import { Fact, SidePanel } from "../_shared/side-panel";
import { plainText } from "./ansi";
import { fieldsOf } from "./fields";
import { LineFields } from "./line-fields";
import { LevelMark } from "./log-row";
import type { ColumnsState } from "./use-columns";

type LinePanelProps = {
  log: Log | undefined;
  botName?: string;
  /** Shows the lines around this one; null unless a filter hides them. */
  onContext: (() => void) | null;
  /** Adds a term to the query. */
  onTerm: (term: string) => void;
  columns: ColumnsState;
  onClose: () => void;
};

/** The details of one log line, with its metadata and the command that it mentions. */
export function LinePanel({ log, botName, onContext, onTerm, columns, onClose }: LinePanelProps) {
  const commandId = log && typeof log.metadata.command_id === "string" ? log.metadata.command_id : null;
  const link = log && typeof window !== "undefined" ? `${window.location.href.split("#")[0]}#L${log.id}` : "";
  return (
    <SidePanel
      open
      onClose={onClose}
      title={log ? `Line ${log.id}` : "Line"}
      actions={link ? <CopyButton text={link} label="Copy link to this line" /> : null}
    >
      {log ? (
        <>
          <dl>
            <Fact label="Level">
              <span className="inline-flex items-center gap-1.5">
                <LevelMark level={log.type} /> {log.type}
              </span>
            </Fact>
            <Fact label="Bot">
              <BotLink id={log.bot_id} name={botName} />
            </Fact>
            <Fact label="Time">
              <FullTime at={log.timestamp} className="tnum" /> <TimeAgo at={log.timestamp} className="text-faint" />
            </Fact>
            {log.received_at !== log.timestamp ? (
              <Fact label="Received">
                <FullTime at={log.received_at} className="tnum" />{" "}
                <TimeAgo at={log.received_at} className="text-faint" />
              </Fact>
            ) : null}
            {commandId ? (
              <Fact label="Command">
                <Link
                  href={`/dashboard/commands?command=${encodeURIComponent(commandId)}`}
                  className="inline-flex items-center gap-1 font-mono text-accent hover:underline"
                >
                  <Link2 className="size-3.5" aria-hidden /> {commandId}
                </Link>
              </Fact>
            ) : null}
          </dl>
          <CodeBlock code={plainText(log.message)} wrap />
          {Object.keys(log.metadata).length > 0 ? (
            <div className="space-y-2">
              <p className="font-medium text-[13px]">Metadata</p>
              <LineFields metadata={log.metadata} onTerm={onTerm} columns={columns} />
              <JsonView value={log.metadata} openDepth={fieldsOf(log.metadata).length > 0 ? 0 : undefined} />
            </div>
          ) : (
            <p className="text-[13px] text-faint">This line has no metadata.</p>
          )}
          {onContext ? (
            <Button onClick={onContext}>
              <LocateFixed aria-hidden /> Show surrounding lines
            </Button>
          ) : null}
        </>
      ) : (
        <p className="text-muted text-sm">
          This line no longer exists. It was removed by the retention policy, or its bot was deleted.
        </p>
      )}
    </SidePanel>
  );
}
