"use client";
import { CircleCheck, LoaderCircle } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { useBotInfo, useBotLive } from "@/lib/fleet/bots/queries";
import { snippetsFor } from "./snippets";

/** Explains how to connect a new bot: its token, code to paste, and a dot that turns green at the first heartbeat. */
export function ConnectGuide({ botId, token }: { botId: string; token: string }) {
  const snippets = snippetsFor(window.location.origin, botId, token);
  const [language, setLanguage] = useState<keyof typeof snippets>("curl");
  return (
    <div className="space-y-4">
      <div>
        <p className="mb-1 font-medium text-[13px]">Token</p>
        <CodeBlock code={token} wrap />
        <p className="mt-1 text-[13px] text-faint">
          Only this bot uses this token. Keep it secret. You can see it again on the bot's Token tab.
        </p>
      </div>
      <div>
        <fieldset className="mb-1 flex items-center gap-1">
          <legend className="mb-1 font-medium text-[13px]">Connect with</legend>
          {(Object.keys(snippets) as (keyof typeof snippets)[]).map((name) => (
            <Button
              key={name}
              size="sm"
              variant={name === language ? "default" : "ghost"}
              aria-pressed={name === language}
              onClick={() => setLanguage(name)}
            >
              {name}
            </Button>
          ))}
        </fieldset>
        <CodeBlock code={snippets[language]} className="[&_pre]:max-h-56" />
      </div>
      <FirstHeartbeat botId={botId} />
    </div>
  );
}

function FirstHeartbeat({ botId }: { botId: string }) {
  useBotLive(botId);
  const { data } = useBotInfo(botId);
  const seen = data?.bot.last_active != null;
  return (
    <p
      role="status"
      className={
        seen
          ? "flex items-center gap-2 rounded-md bg-ok-soft px-3 py-2 text-ok text-sm"
          : "flex items-center gap-2 rounded-md bg-raised px-3 py-2 text-muted text-sm"
      }
    >
      {seen ? (
        <>
          <CircleCheck className="size-4" aria-hidden /> <bdi>{data.bot.name}</bdi> is {data.bot.status}.
          <Link href={botHref(botId)} className="ml-auto font-medium underline">
            Open bot
          </Link>
        </>
      ) : (
        <>
          <LoaderCircle className="size-4 animate-spin" aria-hidden /> Waiting for the first heartbeat…
        </>
      )}
    </p>
  );
}
