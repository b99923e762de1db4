"use client";
import { Check, Circle, CircleX, LoaderCircle, RotateCcw } from "lucide-react";
import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { CopyButton } from "@/app/_ui/code-block";
import { JsonView } from "@/app/_ui/json-view";
import { TimeAgo } from "@/app/_ui/time";
import type { Bot } from "@/lib/bots/contract";
import type { Command } from "@/lib/commands/contract";
import { useCommand } from "@/lib/commands/queries";
import { commandState, spanText } from "../_commands/state";
import type { Draft } from "./history";

/** The same command as a curl call; the key is the reader's own. */
export function curlOf(command: Pick<Command, "bot_id" | "type" | "payload">, origin: string): string {
  const body = JSON.stringify({ type: command.type, payload: command.payload }).replace(/'/g, "'\\''");
  return [
    `curl -X POST '${origin}/api/bot/${encodeURIComponent(command.bot_id)}/send-command' \\`,
    `  -H "Authorization: Bearer $MUSTER_API_KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join("\n");
}

const STEPS = ["queued", "delivered", "done"] as const;

/** One sent command, live: queued → delivered → done or failed, with what the bot answered. */
export function CommandResult({ id, bot, onEdit }: { id: string; bot: Bot; onEdit: (draft: Draft) => void }) {
  const { data } = useCommand(id);
  const command = data?.command;
  if (!command) return null;
  const state = commandState(command, Date.now());
  const reached = state === "queued" ? 0 : state === "delivered" ? 1 : 2;
  const created = Date.parse(command.created_at);
  const took = command.completed_at ? Date.parse(command.completed_at) - created : null;
  return (
    <article className="space-y-2 rounded-md border border-line p-3" aria-label={`Command ${command.type}`}>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          href={`/dashboard/commands?command=${encodeURIComponent(command.id)}`}
          prefetch={false}
          className="font-medium font-mono text-[13px] hover:text-accent hover:underline"
        >
          {command.type}
        </Link>
        <TimeAgo at={command.created_at} className="text-faint text-xs" />
        <span className="ml-auto flex items-center gap-1">
          <Button
            variant="ghost"
            size="sm"
            onClick={() => onEdit({ type: command.type, payload: JSON.stringify(command.payload, null, 2) })}
          >
            <RotateCcw aria-hidden /> Edit & re-run
          </Button>
          <CopyButton text={curlOf(command, window.location.origin)} label="Copy as curl" showLabel />
        </span>
      </header>
      <ol className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]" aria-live="polite">
        {STEPS.map((step, at) => {
          const failed = step === "done" && state === "failed";
          const passed = at <= reached;
          const waiting = at === reached && reached < 2;
          return (
            <li key={step} className="flex items-center gap-1.5">
              {at > 0 ? <span className={cn("h-px w-5", passed ? "bg-line-strong" : "bg-line")} /> : null}
              {failed ? (
                <CircleX className="size-4 text-bad" aria-hidden />
              ) : waiting ? (
                <LoaderCircle className="size-4 animate-spin text-info" aria-hidden />
              ) : passed ? (
                <Check className="size-4 text-ok" aria-hidden />
              ) : (
                <Circle className="size-4 text-faint" aria-hidden />
              )}
              <span className={cn(passed ? "text-text" : "text-faint", failed && "text-bad")}>
                {failed ? "failed" : step}
              </span>
            </li>
          );
        })}
        {took !== null ? <li className="tnum text-faint text-xs">after {spanText(took)}</li> : null}
        {state === "queued" && bot.status === "offline" ? (
          <li className="text-muted">
            queued — offline since <TimeAgo at={bot.status_since} />; it gets this when it is back
          </li>
        ) : null}
        {command.attempts > 1 ? <li className="text-warn text-xs">attempt {command.attempts}</li> : null}
      </ol>
      {command.result && Object.keys(command.result).length > 0 ? (
        <JsonView value={command.result} />
      ) : command.status !== "pending" ? (
        <p className="text-[13px] text-faint">The bot answered without a result.</p>
      ) : null}
    </article>
  );
}
