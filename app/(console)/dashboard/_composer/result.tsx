"use client";
import { Check, Circle, CircleX, LoaderCircle, RotateCcw } from "lucide-react";
import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { CopyButton } from "@/app/_ui/code-block";
import { JsonView } from "@/app/_ui/json-view";
import { TimeAgo } from "@/app/_ui/time";
import { writeJson } from "@/lib/core/format/json";
import type { Command } from "@/lib/fleet/commands/contract";
import { type NewCommand, useCommand } from "@/lib/fleet/commands/queries";
import { CommandActions } from "../_commands/actions";
import { CommandProgress, commandState, spanText } from "../_commands/state";
import type { Draft } from "./history";

/** Returns a curl call that sends the same command. The reader fills in their own key. */
export function curlOf(command: Pick<Command, "bot_id" | "type" | "payload">, origin: string): string {
  const { bot_id, type, payload } = command;
  return curlTo(`${origin}/api/bot/${encodeURIComponent(bot_id)}/send-command`, { type, payload });
}

const curlTo = (url: string, body: object): string =>
  [
    `curl -X POST '${url}' \\`,
    `  -H "Authorization: Bearer $MUSTER_API_KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${writeJson(body).replace(/'/g, "'\\''")}'`,
  ].join("\n");

/** Returns a curl call that sends one command to many bots. The reader fills in their own key. */
export function bulkCurlOf(ids: readonly string[], command: NewCommand, origin: string): string {
  return curlTo(`${origin}/api/commands/bulk`, { bot_ids: ids, ...command });
}

const STEPS = ["queued", "delivered", "done"] as const;

type CommandResultProps = {
  id: string;
  /** The server's explanation of where the command is; shown until the command is settled. */
  delivery: string;
  onEdit: (draft: Draft) => void;
  onRetried: (command: Command) => void;
};

/** Shows one sent command, updated live: queued → delivered → done or failed, with the bot's result. */
export function CommandResult({ id, delivery, onEdit, onRetried }: CommandResultProps) {
  const { data } = useCommand(id);
  const command = data?.command;
  if (!command) return null;
  const state = commandState(command, Date.now());
  const pending = command.status === "pending";
  const reached = pending ? (state === "delivered" ? 1 : 0) : 2;
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
        <span className="ml-auto flex flex-wrap items-center gap-1">
          <CommandActions command={command} onRetried={onRetried} />
          <Button
            variant="ghost"
            size="sm"
            onClick={() => onEdit({ type: command.type, payload: writeJson(command.payload, 2) })}
          >
            <RotateCcw aria-hidden /> Edit and resend
          </Button>
          <CopyButton text={curlOf(command, window.location.origin)} label="Copy as curl" showLabel />
        </span>
      </header>
      <ol className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]" aria-live="polite">
        {STEPS.map((step, at) => {
          const failed = step === "done" && command.status === "failed";
          const passed = at <= reached;
          const waiting = at === reached && pending;
          // A command that was never handed out did not reach the bot.
          const skipped = step === "delivered" && !pending && command.attempts === 0;
          if (skipped) return null;
          return (
            <li
              key={step}
              // Sighted readers see the progress by the icons; `aria-current` tells it to screen readers.
              aria-current={at === reached ? "step" : undefined}
              className="flex items-center gap-1.5"
            >
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
              <span className={failed ? "text-bad" : passed ? "text-text" : "text-faint"}>
                {failed ? state : step === "queued" && state === "scheduled" ? "scheduled" : step}
              </span>
            </li>
          );
        })}
        {took !== null ? <li className="tnum text-faint text-xs">after {spanText(took)}</li> : null}
        {command.attempts > 1 ? <li className="text-warn text-xs">attempt {command.attempts}</li> : null}
      </ol>
      {pending && state !== "delivered" ? <p className="text-[13px] text-muted">{delivery}</p> : null}
      {pending ? <CommandProgress command={command} /> : null}
      {command.result && Object.keys(command.result).length > 0 ? (
        <JsonView value={command.result} />
      ) : pending ? null : (
        <p className="text-[13px] text-faint">The bot returned no result.</p>
      )}
    </article>
  );
}
