"use client";
import { Check, Circle, CircleX, RotateCcw } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { CopyButton } from "@/app/_ui/code-block";
import { JsonView } from "@/app/_ui/json-view";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { FullTime } from "@/app/_ui/time-format";
import type { Command } from "@/lib/fleet/commands/contract";
import { isFailedBy, useCommand } from "@/lib/fleet/commands/queries";
import { curlOf } from "../_composer/result";
import { BotLink, botHref } from "../_shared/bot-link";
import { Fact, SidePanel } from "../_shared/side-panel";
import { CommandActions } from "./actions";
import { CommandBadge, CommandProgress, commandState, senderOf, spanText } from "./state";

/** The details of one command, updated live: a timeline with latencies, the payload and the result. */
export function CommandPanel({
  id,
  names,
  onOpen,
  onClose,
}: {
  id: string | null;
  names: ReadonlyMap<string, string>;
  onOpen: (id: string) => void;
  onClose: () => void;
}) {
  const query = useCommand(id);
  const command = query.data?.command;
  return (
    <SidePanel
      open={id !== null}
      onClose={onClose}
      title={command ? <span className="font-mono">{command.type}</span> : "Command"}
      actions={
        command ? (
          <>
            <CommandActions command={command} onRetried={({ id: next }) => onOpen(next)} />
            <Button asChild size="sm" variant="ghost">
              <Link href={`${botHref(command.bot_id)}?rerun=${encodeURIComponent(command.id)}`}>
                <RotateCcw aria-hidden /> Edit and resend
              </Link>
            </Button>
            <CopyButton text={curlOf(command, window.location.origin)} label="Copy as curl" />
          </>
        ) : null
      }
    >
      <QueryState
        query={query}
        data={command}
        failure="The command could not be loaded"
        loading={
          <div className="space-y-3">
            <Skeleton className="w-40" />
            <Skeleton className="w-64" />
            <Skeleton className="h-32 w-full" />
          </div>
        }
      >
        {(one) => <Details command={one} botName={names.get(one.bot_id)} onOpen={onOpen} />}
      </QueryState>
    </SidePanel>
  );
}

type DetailsProps = { command: Command; botName?: string; onOpen: (id: string) => void };

function Details({ command, botName, onOpen }: DetailsProps) {
  const { retry_of } = command;
  return (
    <>
      <dl>
        <Fact label="Status">
          <CommandBadge command={command} />
        </Fact>
        <Fact label="Bot">
          <BotLink id={command.bot_id} name={botName} />
        </Fact>
        <Fact label="Sent by">{senderOf(command)}</Fact>
        {command.sender?.key_id ? (
          <Fact label="API key">
            <span className="font-mono text-[13px]">{command.sender.key_id}</span>
          </Fact>
        ) : null}
        {command.sender?.address ? (
          <Fact label="Sent from">
            <span className="font-mono text-[13px]">{command.sender.address}</span>
          </Fact>
        ) : null}
        <Fact label="ID">
          <span className="font-mono text-[13px]">{command.id}</span>{" "}
          <CopyButton text={command.id} label="Copy ID" className="-my-1" />
        </Fact>
        {retry_of ? (
          <Fact label="Retry of">
            <button
              type="button"
              className="font-mono text-[13px] hover:text-accent hover:underline"
              onClick={() => onOpen(retry_of)}
            >
              {retry_of}
            </button>
          </Fact>
        ) : null}
        {command.priority !== 0 ? <Fact label="Priority">{command.priority}</Fact> : null}
        {command.status === "pending" && command.expires_at ? (
          <Fact label="Expires">
            <TimeAgo at={command.expires_at} />
          </Fact>
        ) : null}
        <Fact label="Attempts">
          <span className="tnum">
            {command.attempts} of {command.max_attempts}
          </span>
        </Fact>
      </dl>
      <CommandProgress command={command} />
      <Timeline command={command} />
      <Part title="Payload">
        <JsonView value={command.payload} />
      </Part>
      {command.result ? (
        <Part title="Result">
          <JsonView value={command.result} />
        </Part>
      ) : null}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 font-medium text-[13px]">{title}</h3>
      {children}
    </section>
  );
}

const FAILED = { failed: "Failed", cancelled: "Cancelled", expired: "Expired", dead: "Undeliverable" } as const;

function Timeline({ command }: { command: Command }) {
  const created = Date.parse(command.created_at);
  const delivered = command.dispatched_at ? Date.parse(command.dispatched_at) : null;
  const acked = command.completed_at ? Date.parse(command.completed_at) : null;
  const state = commandState(command, Date.now());
  const scheduled = command.run_at !== null && Date.parse(command.run_at) > created;
  const started = scheduled ? Date.parse(command.run_at!) : created;
  const unseen = command.status === "failed" && command.attempts === 0;
  const steps = [
    { title: command.retry_of ? "Sent again" : "Created", at: command.created_at, done: true },
    ...(scheduled
      ? [
          {
            title: state === "scheduled" ? "Scheduled" : "Due",
            at: command.run_at,
            done: state !== "scheduled" && !(unseen && acked! < started),
          },
        ]
      : []),
    {
      title: command.attempts > 1 ? `Delivered (attempt ${command.attempts})` : "Delivered",
      at: command.dispatched_at,
      done: delivered !== null,
      span: delivered === null ? null : delivered - started,
      wait: unseen ? "Never delivered" : "Waiting for the bot to fetch it",
    },
    {
      title:
        command.status === "failed" ? FAILED[command.reason ?? "failed"] : acked === null ? "Acknowledged" : "Done",
      at: command.completed_at,
      done: acked !== null,
      bad: isFailedBy("not_cancelled", command),
      span: acked === null ? null : acked - (delivered ?? created),
      wait: state === "delivered" ? "The bot is working on it" : "–",
    },
  ];
  return (
    <Part title="Timeline">
      <ol className="rounded-md border border-line p-3">
        {steps.map((step, at) => (
          <li key={step.title} className="relative flex gap-3 pb-3 last:pb-0">
            {at < steps.length - 1 ? <span className="absolute top-5 bottom-0 left-[7px] w-px bg-line" /> : null}
            {step.bad ? (
              <CircleX className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden />
            ) : step.done ? (
              <Check className="mt-0.5 size-4 shrink-0 text-ok" aria-hidden />
            ) : (
              <Circle className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden />
            )}
            <div className="min-w-0 flex-1">
              <p className={cn("text-sm", !step.done ? "text-faint" : step.bad && "text-bad")}>{step.title}</p>
              <p className="text-[13px] text-faint">
                {step.at ? (
                  <>
                    <FullTime at={step.at} className="tnum" /> · <TimeAgo at={step.at} />
                  </>
                ) : (
                  step.wait
                )}
              </p>
            </div>
            {step.span != null ? (
              <span className="tnum shrink-0 text-[13px] text-muted">+{spanText(step.span)}</span>
            ) : null}
          </li>
        ))}
      </ol>
      {state === "delivered" && command.lease_expires_at ? (
        <p className="mt-1 text-[13px] text-faint">
          Delivered again <TimeAgo at={command.lease_expires_at} /> unless the bot acknowledges it.
        </p>
      ) : null}
    </Part>
  );
}
