"use client";
import { CircleCheck, CircleX, LoaderCircle, Send } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { errorToast } from "@/app/_ui/toast";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { writeJson } from "@/lib/core/format/json";
import { useBotInfo, useBotLive } from "@/lib/fleet/bots/queries";
import { useCommand, useCommandsLive, useEnqueueCommand } from "@/lib/fleet/commands/queries";
import { failureText } from "../../_commands/failure";
import { spanText } from "../../_commands/state";
import { snippetFor, snippetsFor } from "./snippets";

type ConnectGuideProps = {
  botId: string;
  token: string;
  /** The bot's platform, which chooses the library that is shown first. */
  platform?: string;
};

/**
 * Explains how to connect a new bot: its token, code to paste, a light that turns green at the first heartbeat, and then a ping
 * with the bot's answer.
 */
export function ConnectGuide({ botId, token, platform }: ConnectGuideProps) {
  const snippets = snippetsFor(window.location.origin, botId, token);
  const [chosen, setChosen] = useState(snippetFor(platform));
  const snippet = snippets.find(({ name }) => name === chosen) ?? snippets[0]!;
  return (
    <div className="space-y-4">
      <div>
        <p className="mb-1 font-medium text-[13px]">Token</p>
        <CodeBlock code={token} wrap />
        <p className="mt-1 text-[13px] text-faint">
          Only this bot uses this token. Keep it secret. You can see it again on the bot's Token tab.
        </p>
      </div>
      <div className="space-y-2">
        <fieldset className="flex flex-wrap items-center gap-1">
          <legend className="mb-1 font-medium text-[13px]">Connect with</legend>
          {snippets.map(({ name }) => (
            <Button
              key={name}
              size="sm"
              variant={name === snippet.name ? "default" : "ghost"}
              aria-pressed={name === snippet.name}
              onClick={() => setChosen(name)}
            >
              {name}
            </Button>
          ))}
        </fieldset>
        {snippet.setup ? <CodeBlock code={snippet.setup} wrap /> : null}
        <CodeBlock code={snippet.code} className="[&_pre]:max-h-56" />
        {snippet.file ? (
          <p className="text-[13px] text-muted">
            Save it as <code>{snippet.file}</code>, then run <code>{snippet.run}</code>.
          </p>
        ) : null}
      </div>
      <FirstHeartbeat botId={botId} />
    </div>
  );
}

function FirstHeartbeat({ botId }: { botId: string }) {
  useBotLive(botId);
  const { data } = useBotInfo(botId);
  const seen = data?.bot.last_active != null;
  if (!seen)
    return (
      <p role="status" className="flex items-center gap-2 rounded-md bg-raised px-3 py-2 text-muted text-sm">
        <LoaderCircle className="size-4 animate-spin" aria-hidden /> Waiting for the first heartbeat…
      </p>
    );
  return (
    <>
      <p role="status" className="flex items-center gap-2 rounded-md bg-ok-soft px-3 py-2 text-ok text-sm">
        <CircleCheck className="size-4" aria-hidden /> <bdi>{data.bot.name}</bdi> is {data.bot.status}.
        <Link href={botHref(botId)} className="ml-auto font-medium underline">
          Open bot
        </Link>
      </p>
      <FirstPing botId={botId} />
    </>
  );
}

/** Sends the bot a first command and shows its answer, so that both directions have been seen to work. */
function FirstPing({ botId }: { botId: string }) {
  useCommandsLive(botId);
  const send = useEnqueueCommand(botId);
  const id = send.data?.command.id ?? null;
  const command = useCommand(id).data?.command;
  const isWaiting = id !== null && (command === undefined || command.status === "pending");
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm">
      <Button
        loading={send.isPending || isWaiting}
        onClick={() => send.mutate({ type: "ping", payload: {} }, { onError: (error) => errorToast(error) })}
      >
        <Send aria-hidden /> {id === null ? "Send a ping" : "Send another ping"}
      </Button>
      <p role="status" className="min-w-0 text-muted empty:hidden">
        {isWaiting ? "Waiting for the answer…" : null}
        {command?.status === "completed" ? (
          <span className="inline-flex flex-wrap items-center gap-1.5 text-ok">
            <CircleCheck className="size-4" aria-hidden /> Answered <code>{writeJson(command.result ?? {})}</code>
            {command.completed_at
              ? ` after ${spanText(Date.parse(command.completed_at) - Date.parse(command.created_at))}`
              : null}
          </span>
        ) : null}
        {command?.status === "failed" ? (
          <span className="inline-flex items-center gap-1.5 text-bad">
            <CircleX className="size-4 shrink-0" aria-hidden /> {failureText(command)}
          </span>
        ) : null}
      </p>
    </div>
  );
}
