"use client";
import { useSearchParams } from "next/navigation";
import { Skeleton } from "@/app/_ui/skeleton";
import { CommandComposer } from "@/app/(console)/dashboard/_composer/composer";
import { KNOWN } from "@/app/(console)/dashboard/_composer/known-commands";
import { writeJson } from "@/lib/core/format/json";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useCommand } from "@/lib/fleet/commands/queries";

/** The composer of the bot's page, filled in by its address: `?rerun=` an earlier command, or `?type=ping`. */
export function BotComposer({ bot }: { bot: Bot }) {
  const query = useSearchParams();
  const rerun = query.get("rerun");
  // An empty type opens the form alone; a link can fill it in: ?type=ping.
  const type = query.get("type");
  const again = useCommand(rerun);
  if (rerun !== null && again.isPending && !again.error) return <Skeleton className="h-80 w-full" />;
  const asked = again.data?.command ?? (type === null ? undefined : { type, payload: KNOWN[type] ?? {} });
  const draft = asked && { type: asked.type, payload: writeJson(asked.payload, 2) };
  return <CommandComposer key={rerun ?? type} bot={bot} initial={draft} autoFocus={type !== null} />;
}
