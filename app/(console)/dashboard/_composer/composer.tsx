"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { lazyPart } from "@/app/_ui/lazy-part";
import { TimeFor } from "@/app/_ui/time";
import { errorText } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Command } from "@/lib/fleet/commands/contract";
import { commandKeys, useCommandsLive, useEnqueueCommand } from "@/lib/fleet/commands/queries";
import { useOfferedCommands } from "@/lib/fleet/manifests/queries";
import { useBotStats } from "@/lib/operations/stats/queries";
import type { ScheduleDraft } from "../_schedules/schedule-draft";
import { scheduledDraft } from "../_schedules/scheduled-draft";
import { CommandForm } from "./form";
import { type Draft, useCommandHistory } from "./history";
import { CommandResult } from "./result";

const ScheduleDialog = lazyPart(() => import("../_schedules/schedule-dialog"));
const SHOWN = 5;

type CommandComposerProps = {
  bot: Bot;
  initial?: Draft;
  /** Whether the person came here to send a command. */
  autoFocus?: boolean;
};

/** Sends commands to one bot and shows the outcome of each, live. */
export function CommandComposer({ bot, initial, autoFocus }: CommandComposerProps) {
  useCommandsLive(bot.id);
  const client = useQueryClient();
  const stats = useBotStats(bot.id);
  const offered = useOfferedCommands(useMemo(() => [bot.id], [bot.id]));
  const { drafts, remember } = useCommandHistory(bot.id);
  const [draft, setDraft] = useState<Draft>(initial ?? { type: "", payload: "{}" });
  const [sent, setSent] = useState<{ id: string; delivery: string }[]>([]);
  const [scheduling, setScheduling] = useState<Partial<ScheduleDraft> | null>(null);
  const closeSchedule = () => setScheduling(null);
  const send = useEnqueueCommand(bot.id);
  const seenTypes = Object.entries(stats.data?.command_types ?? {})
    .sort(([, a], [, b]) => b - a)
    .map(([type]) => type);

  const show = (command: Command, delivery: string) => {
    // A fast bot's ack may arrive over the socket before this response does; keep that newer command.
    client.setQueryData(commandKeys.one(command.id), (known) => known ?? { command });
    void client.invalidateQueries({ queryKey: commandKeys.one(command.id) });
    // The server answers a repeated idempotency key with the earlier command, so do not list it twice.
    setSent((shown) => [{ id: command.id, delivery }, ...shown.filter(({ id }) => id !== command.id)].slice(0, SHOWN));
  };

  return (
    <Card>
      <CardHeader>
        <CardTitle>Send a command</CardTitle>
      </CardHeader>
      <div className="space-y-4 p-4">
        <CommandForm
          draft={draft}
          onDraft={setDraft}
          autoFocus={autoFocus}
          offered={offered.data?.commands}
          targets={[bot.name]}
          seenTypes={seenTypes}
          history={drafts}
          submitLabel={`Send to ${bot.name.length > 24 ? "this bot" : bot.name}`}
          busy={send.isPending}
          error={send.error ? errorText(send.error) : undefined}
          note={
            bot.status === "offline" ? (
              <span className="text-[13px] text-muted">
                {bot.last_active ? (
                  <>
                    Offline for <TimeFor at={bot.status_since} />. The command will be queued.
                  </>
                ) : (
                  "This bot has not connected yet. The command will be queued."
                )}
              </span>
            ) : null
          }
          onSchedule={(command) => setScheduling(scheduledDraft(command, { bot_ids: [bot.id] }))}
          onSubmit={(body) =>
            send.mutate(body, {
              onSuccess: ({ command, delivery }) => {
                remember({ type: body.type, payload: writeJson(body.payload, 2) });
                show(command, delivery.text);
              },
            })
          }
        />
        {scheduling ? <ScheduleDialog initial={scheduling} onSaved={closeSchedule} onClose={closeSchedule} /> : null}
        {sent.map(({ id, delivery }) => (
          <CommandResult
            key={id}
            id={id}
            delivery={delivery}
            onEdit={setDraft}
            onRetried={(command) => show(command, "sent again")}
          />
        ))}
      </div>
    </Card>
  );
}
